/* The bare write loop: what the kernel alone asks for a delivery.
 *
 * It answers every connection's first bytes with a canned 101. The connection whose request says "Speaker: yes" then
 * sends messages, each a length of four bytes (big-endian) and that many bytes; each is written as it is to every
 * other connection, one write(2) each. It listens on 127.0.0.1 only and prints its port.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536, LONGEST = 1 << 20 };

static const char greeting[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nSec-WebSocket-Protocol: cuedesk.v1\r\n\r\n";

static int readers[MOST], count, place[MOST], speaker = -1;
static unsigned char heard[LONGEST + 4];
static size_t have;

static void leave(int fd) {
    if (place[fd] > 0) {
        int last = readers[--count];
        readers[place[fd] - 1] = last;
        place[last] = place[fd];
    }
    place[fd] = 0;
    if (fd == speaker) speaker = -1, have = 0;
    close(fd);
}

static void tell(const unsigned char *message, size_t size) {
    for (int i = 0; i < count; i++)
        if (write(readers[i], message, size) < 0 && errno != EAGAIN) shutdown(readers[i], SHUT_RDWR);
}

static void hear(int fd) {
    ssize_t more = read(fd, heard + have, sizeof heard - have);
    if (more <= 0) {
        leave(fd);
        return;
    }
    have += (size_t)more;
    size_t at = 0;
    while (have - at >= 4) {
        size_t size = (size_t)heard[at] << 24 | heard[at + 1] << 16 | heard[at + 2] << 8 | heard[at + 3];
        if (size > LONGEST) exit(2);
        if (have - at - 4 < size) break;
        tell(heard + at + 4, size);
        at += 4 + size;
    }
    memmove(heard, heard + at, have - at);
    have -= at;
}

static void greet(int fd) {
    char request[4096];
    ssize_t size = read(fd, request, sizeof request - 1);
    if (size <= 0 || place[fd] > 0) {
        if (size <= 0) leave(fd);
        return; /* what a reader says later is not for this program */
    }
    request[size] = 0;
    if (write(fd, greeting, sizeof greeting - 1) < 0) leave(fd);
    else if (strstr(request, "Speaker: yes")) speaker = fd;
    else readers[count] = fd, place[fd] = ++count;
}

int main(void) {
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1, watch = epoll_create1(0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof here;
    if (bind(door, (void *)&here, sizeof here) || listen(door, 4096)) return 1;
    getsockname(door, (void *)&here, &length);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = door}, events[256];
    epoll_ctl(watch, EPOLL_CTL_ADD, door, &wanted);
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(watch, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == speaker) hear(fd);
            else if (fd != door) greet(fd);
            else while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (fd >= MOST) return 3;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                wanted = (struct epoll_event){.events = EPOLLIN, .data.fd = fd};
                epoll_ctl(watch, EPOLL_CTL_ADD, fd, &wanted);
            }
        }
    }
}
