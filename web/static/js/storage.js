/**
 * Where the outbox keeps its entries: the browser's database, or memory where a browser forbids it.
 *
 * Owns    one object store per event and role.
 * Never   reads an entry.
 * Used by the outbox.
 */

/** @import {Entry, Storage} from "./outbox.js" */

const STORE = "commands";

/**
 * Open the store; falls back to memory (private windows of some browsers), which lives as long as the page.
 *
 * @param {string} name
 * @returns {Promise<Storage>}
 */
export async function openStorage(name) {
  try {
    return durable(await openDatabase(name));
  } catch {
    return inMemory();
  }
}

/**
 * A store that lives as long as the page.
 *
 * @returns {Storage}
 */
export function inMemory() {
  /** @type {Map<string, Entry>} */
  const held = new Map();
  return {
    all: async () => [...held.values()],
    put: async (entry) => void held.set(entry.ref, entry),
    remove: async (ref) => void held.delete(ref),
  };
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "ref" });
  return answered(request);
}

/**
 * @param {IDBDatabase} database
 * @returns {Storage}
 */
function durable(database) {
  const store = (/** @type {IDBTransactionMode} */ mode) => database.transaction(STORE, mode, { durability: "strict" });
  return {
    all: () => answered(store("readonly").objectStore(STORE).getAll()),
    put: (entry) => written(store("readwrite"), (commands) => commands.put(entry)),
    remove: (ref) => written(store("readwrite"), (commands) => commands.delete(ref)),
  };
}

/**
 * @param {IDBTransaction} transaction
 * @param {(commands: IDBObjectStore) => void} act
 * @returns {Promise<void>} resolves when it is on disk, not when it is queued
 */
function written(transaction, act) {
  act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
