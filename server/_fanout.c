/* The same bytes to many sockets, with one call from Python.
 *
 * send_many(fds, start, stop, data) sends `data` to the descriptors fds[start:stop] (an array of C ints), waiting for
 * none of them, and returns [(index, sent), ...] of those that did not take all of it. A descriptor below 0, one that
 * takes nothing now and one that is broken have sent 0: their transport finds out. The interpreter's lock is released
 * meanwhile. Everything here has an equal in pure Python (server/cohort.py); this only costs less.
 */
#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

typedef struct {
    Py_ssize_t index;
    Py_ssize_t sent;
} Short;

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
    Py_ssize_t start, stop, count = 0;
    PyObject *result = NULL;

    (void)module;
    if (!PyArg_ParseTuple(args, "y*nny*", &fds, &start, &stop, &data)) {
        return NULL;
    }
    if (start < 0 || stop < start || (size_t)stop > (size_t)fds.len / sizeof(int)) {
        PyErr_SetString(PyExc_IndexError, "send_many: not a range of these descriptors");
        goto done;
    }
    Short *shorts = PyMem_Malloc((size_t)(stop - start + 1) * sizeof(Short));
    if (shorts == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    Py_BEGIN_ALLOW_THREADS
    const int *fd = fds.buf;
    for (Py_ssize_t i = start; i < stop; i++) {
        ssize_t sent = fd[i] < 0 ? 0 : send(fd[i], data.buf, (size_t)data.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent != data.len) {
            shorts[count].index = i;
            shorts[count].sent = sent < 0 ? 0 : sent;
            count++;
        }
    }
    Py_END_ALLOW_THREADS
    result = listed(shorts, count);
    PyMem_Free(shorts);
done:
    PyBuffer_Release(&fds);
    PyBuffer_Release(&data);
    return result;
}

static PyMethodDef methods[] = {
    {"send_many", send_many, METH_VARARGS, "Send the same bytes to many sockets; return those that took less."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_fanout", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__fanout(void)
{
    return PyModuleDef_Init(&definition);
}
