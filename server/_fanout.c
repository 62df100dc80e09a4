/* The same bytes to many sockets, with one call from Python.
 *
 * send_many(fds, start, stop, data) sends `data` to the descriptors fds[start:stop] (an array of C ints), waiting for
 * none of them, and returns [(index, sent), ...] of those that did not take all of it. A descriptor below 0, one that
 * takes nothing now and one that is broken have sent 0: their transport finds out. The interpreter's lock is released
 * meanwhile. Everything here has an equal in pure Python (server/cohort.py); this only costs less.
 * at_once() returns how many sends go to the kernel in one call: 1 where there is no ring, or no ring any more.
 *
 * Where the kernel has io_uring (Linux 5.18 and newer, unless it is forbidden), up to ENTRIES sends go to it at once,
 * which spares it a tenth of the work that as many calls of send(2) are. Every send says MSG_DONTWAIT, so that all of
 * them are over when the kernel comes back, and `data` need not outlive the call.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif
#define FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)

typedef struct {
    Py_ssize_t index;
    Py_ssize_t sent;
} Short;

/* What is sent: `count` of `shorts` are those that took less than `size` bytes. */
typedef struct {
    const int *fds;
    const char *bytes;
    Py_ssize_t size;
    Short *shorts;
    Py_ssize_t count;
} Pass;

static void note(Pass *pass, Py_ssize_t index, Py_ssize_t sent)
{
    if (sent != pass->size) {
        pass->shorts[pass->count].index = index;
        pass->shorts[pass->count].sent = sent < 0 ? 0 : sent;
        pass->count++;
    }
}

static void send_by_calls(Pass *pass, Py_ssize_t start, Py_ssize_t stop)
{
    for (Py_ssize_t i = start; i < stop; i++) {
        note(pass, i, pass->fds[i] < 0 ? 0 : send(pass->fds[i], pass->bytes, (size_t)pass->size, FLAGS));
    }
}

#if defined(__linux__) && defined(__has_include)
#if __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#if defined(IORING_SETUP_SUBMIT_ALL)
#define HAS_RING 1
#endif
#endif
#endif

#ifdef HAS_RING
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES 256
#define FEW 8 /* sends that are not worth a ring */

/* The one ring of this process, made for the first pass that is worth it. Only who holds `taken` touches it. */
static struct {
    enum { UNTRIED, READY, ABSENT } state;
    int taken;
    int fd;
    pid_t owner;
    unsigned *sent, *submitted, *got, *come, mask;
    struct io_uring_sqe *queue;
    struct io_uring_cqe *done;
} ring;

static int map_ring(const struct io_uring_params *how)
{
    size_t queued = how->sq_off.array + how->sq_entries * sizeof(unsigned);
    size_t finished = how->cq_off.cqes + how->cq_entries * sizeof(struct io_uring_cqe);
    size_t size = queued > finished ? queued : finished, slots = how->sq_entries * sizeof(struct io_uring_sqe);
    char *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQ_RING);
    void *queue = mmap(NULL, slots, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQES);
    if (base == MAP_FAILED || queue == MAP_FAILED) {
        return 0; /* What was mapped stays until the process ends: this is tried once. */
    }
    /* A child that is forked must not write into its parent's ring. */
    madvise(base, size, MADV_DONTFORK);
    madvise(queue, slots, MADV_DONTFORK);
    ring.submitted = (unsigned *)(base + how->sq_off.head);
    ring.sent = (unsigned *)(base + how->sq_off.tail);
    ring.got = (unsigned *)(base + how->cq_off.head);
    ring.come = (unsigned *)(base + how->cq_off.tail);
    ring.mask = how->cq_entries - 1;
    ring.queue = queue;
    ring.done = (struct io_uring_cqe *)(base + how->cq_off.cqes);
    for (unsigned i = 0; i < how->sq_entries; i++) {
        ((unsigned *)(base + how->sq_off.array))[i] = i;
    }
    return 1;
}

static void make_ring(void)
{
    struct io_uring_params how;
    memset(&how, 0, sizeof how);
    how.flags = IORING_SETUP_SUBMIT_ALL;
    ring.state = ABSENT;
    ring.owner = getpid();
    ring.fd = (int)syscall(__NR_io_uring_setup, ENTRIES, &how);
    if (ring.fd < 0) {
        return;
    }
    if ((how.features & IORING_FEAT_SINGLE_MMAP) && how.sq_entries == ENTRIES && map_ring(&how)) {
        ring.state = READY;
    } else {
        close(ring.fd);
    }
}

/* Say whether this process has a ring; the first to ask makes it. The interpreter's lock is held. */
static int has_ring(void)
{
    if (ring.state == UNTRIED) {
        make_ring();
    }
    return ring.state == READY && ring.owner == getpid();
}

/* Take the ring if it can be had. The interpreter's lock is held. */
static int take_ring(Py_ssize_t sends)
{
    if (sends < FEW || ring.taken || !has_ring()) {
        return 0;
    }
    ring.taken = 1;
    return 1;
}

/* Take `under_way` results at most, and return how many there were. */
static unsigned take_results(Pass *pass)
{
    unsigned first = *ring.got, last = __atomic_load_n(ring.come, __ATOMIC_ACQUIRE);
    for (unsigned i = first; i != last; i++) {
        const struct io_uring_cqe *each = &ring.done[i & ring.mask];
        note(pass, (Py_ssize_t)each->user_data, each->res);
    }
    __atomic_store_n(ring.got, last, __ATOMIC_RELEASE);
    return last - first;
}

/* Let the kernel do `count` sends that are queued; return how many of them it did. */
static unsigned submit(Pass *pass, unsigned count)
{
    unsigned submitted = 0, finished = 0;
    while (submitted < count || finished < submitted) {
        unsigned waited = submitted < count ? 0 : submitted - finished;
        long took = syscall(__NR_io_uring_enter, ring.fd, count - submitted, waited, waited ? IORING_ENTER_GETEVENTS : 0, NULL, 0);
        if (took < 0 && errno != EINTR) {
            if (submitted == count) {
                continue; /* They are the kernel's: `data` must stay until it is through with them. */
            }
            count = submitted;
        }
        submitted += took > 0 ? (unsigned)took : 0;
        finished += take_results(pass);
    }
    return submitted;
}

static int by_index(const void *one, const void *other)
{
    Py_ssize_t a = ((const Short *)one)->index, b = ((const Short *)other)->index;
    return (a > b) - (a < b);
}

static void send_by_ring(Pass *pass, Py_ssize_t start, Py_ssize_t stop)
{
    Py_ssize_t next = start;
    while (next < stop) {
        unsigned tail = *ring.sent, count = 0;
        for (; next < stop && count < ENTRIES; next++) {
            if (pass->fds[next] < 0) {
                note(pass, next, 0);
                continue;
            }
            struct io_uring_sqe *entry = &ring.queue[(tail + count) & (ENTRIES - 1)];
            memset(entry, 0, sizeof *entry);
            entry->opcode = IORING_OP_SEND;
            entry->fd = pass->fds[next];
            entry->addr = (unsigned long)pass->bytes;
            entry->len = (unsigned)pass->size;
            entry->msg_flags = FLAGS;
            entry->user_data = (unsigned long long)next;
            count++;
        }
        __atomic_store_n(ring.sent, tail + count, __ATOMIC_RELEASE);
        unsigned done = submit(pass, count);
        if (done < count) {
            /* The kernel takes no more: what it has not begun is taken back, and sent the other way. */
            for (unsigned i = done; i < count; i++) {
                Py_ssize_t index = (Py_ssize_t)ring.queue[(tail + i) & (ENTRIES - 1)].user_data;
                send_by_calls(pass, index, index + 1);
            }
            __atomic_store_n(ring.sent, tail + done, __ATOMIC_RELEASE);
            ring.state = ABSENT;
            send_by_calls(pass, next, stop);
            break;
        }
    }
    /* Shorts are told in order, whichever came back first. */
    qsort(pass->shorts, (size_t)pass->count, sizeof(Short), by_index);
}
#else
#define ENTRIES 1
static struct { int taken; } ring;
static int has_ring(void) { return 0; }
static int take_ring(Py_ssize_t sends) { (void)sends; return 0; }
static void send_by_ring(Pass *pass, Py_ssize_t start, Py_ssize_t stop) { send_by_calls(pass, start, stop); }
#endif

static PyObject *listed(const Short *shorts, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *pair = Py_BuildValue("(nn)", shorts[i].index, shorts[i].sent);
        if (pair == NULL || PyList_SetItem(list, i, pair) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *send_many(PyObject *module, PyObject *args)
{
    Py_buffer fds, data;
    Py_ssize_t start, stop;
    PyObject *result = NULL;

    (void)module;
    if (!PyArg_ParseTuple(args, "y*nny*", &fds, &start, &stop, &data)) {
        return NULL;
    }
    if (start < 0 || stop < start || (size_t)stop > (size_t)fds.len / sizeof(int)) {
        PyErr_SetString(PyExc_IndexError, "send_many: not a range of these descriptors");
        goto done;
    }
    Pass pass = {fds.buf, data.buf, data.len, PyMem_Malloc((size_t)(stop - start + 1) * sizeof(Short)), 0};
    if (pass.shorts == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    int by_ring = data.len < INT_MAX && take_ring(stop - start);
    Py_BEGIN_ALLOW_THREADS
    if (by_ring) {
        send_by_ring(&pass, start, stop);
    } else {
        send_by_calls(&pass, start, stop);
    }
    Py_END_ALLOW_THREADS
    if (by_ring) {
        ring.taken = 0;
    }
    result = listed(pass.shorts, pass.count);
    PyMem_Free(pass.shorts);
done:
    PyBuffer_Release(&fds);
    PyBuffer_Release(&data);
    return result;
}

static PyObject *at_once(PyObject *module, PyObject *nothing)
{
    (void)module;
    (void)nothing;
    return PyLong_FromLong(has_ring() ? ENTRIES : 1);
}

static PyMethodDef methods[] = {
    {"send_many", send_many, METH_VARARGS, "Send the same bytes to many sockets; return those that took less."},
    {"at_once", at_once, METH_NOARGS, "Return how many sends go to the kernel in one call."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_fanout", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__fanout(void)
{
    return PyModuleDef_Init(&definition);
}
