// @ts-check
/** Values that do whatever a value can do to those who look at it. */

const thrown = () => {
  throw new Error('hostile');
};

/** A proxy whose every trap throws. @param {object} target */
const trapped = (target) => new Proxy(target, new Proxy({}, { get: () => thrown }));

/** @param {object} target */
function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Makes new objects for ever, in each of its fields. @returns {any} */
const endless = () =>
  new Proxy(
    {},
    {
      get: (_, name) =>
        typeof name === 'symbol' || name === 'toJSON' || name === 'then' ? undefined : endless(),
      ownKeys: () => ['a', 'b'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    },
  );

/** An object that throws at one field. @param {string} name */
const throwing = (name) => Object.defineProperty({}, name, { get: thrown, enumerable: true });

/** @param {object} [fields] */
function itself(fields) {
  /** @type {any} */
  const object = { ...fields };
  object.self = object;
  return object;
}

const names = [
  'then',
  'toJSON',
  'length',
  'constructor',
  'get',
  'set',
  'message',
  'name',
  'code',
  'status',
  'headers',
  'body',
  'text',
  'value',
  'done',
  'next',
  'return',
  'id',
  'content',
  'usage',
  'toolCalls',
  'aborted',
  'addEventListener',
  '~standard',
  'stack',
  'cause',
];

/** Each is made anew where it is used. @type {Record<string, () => any>} */
export const values = {
  undefined: () => undefined,
  null: () => null,
  'a bigint': () => 10n,
  'a symbol': () => Symbol('hostile'),
  'a function': () => () => 1,
  'a function that throws': () => thrown,
  'a class': () => class Hostile {},
  'not a number': () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  'half a character': () => '\ud800',
  'a revoked object': () => revoked({}),
  'a revoked array': () => revoked([]),
  'a revoked function': () => revoked(() => {}),
  'an object whose traps throw': () => trapped({}),
  'an array whose traps throw': () => trapped([]),
  'a function whose traps throw': () => trapped(() => {}),
  'an object that holds itself': () => itself(),
  'an object without an end': endless,
  'an array of 10^12': () =>
    new Proxy([], { get: (list, name) => (name === 'length' ? 1e12 : Reflect.get(list, name)) }),
  'an array of 2^32 - 1 holes': () => new Array(2 ** 32 - 1),
  'an array with a throwing item': () => Object.defineProperty([1], 0, { get: thrown }),
  'no prototype': () => Object.create(null),
  'a prototype that is revoked': () => Object.create(revoked({})),
  'toJSON that gives itself': () => ({
    toJSON() {
      return this;
    },
  }),
  'toJSON that gives new ones': function make() {
    return { toJSON: make, a: 1 };
  },
  'toJSON that throws': () => ({ toJSON: thrown }),
  'no primitive': () => ({ [Symbol.toPrimitive]: thrown, toString: thrown, valueOf: thrown }),
  'a tag that throws': () => Object.create({}, { [Symbol.toStringTag]: { get: thrown } }),
  'an error that throws': () => Object.defineProperty(new Error('x'), 'message', { get: thrown }),
  'an error with a message that is none': () =>
    Object.assign(new Error('x'), { message: Symbol('m'), code: 5n }),
  'a Date that is none': () => new Date(Number.NaN),
  'a Map': () => new Map([['a', 1]]),
  'a Set': () => new Set([1]),
  'a WeakMap': () => new WeakMap(),
  'a regular expression': () => /x/,
  bytes: () => new Uint8Array(8),
  'a buffer': () => new ArrayBuffer(8),
  'bytes of a buffer that is gone': () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  },
  'bytes whose length throws': () => Object.defineProperty(new Uint8Array(8), 'length', { get: thrown }),
  'bytes that are fewer than they say': () =>
    Object.defineProperty(new Uint8Array(8), 'length', { value: 1_000 }),
  'bytes behind a proxy': () => new Proxy(new Uint8Array(8), {}),
  'a piece that is there at once, for ever': () => ({ done: false, value: 'x' }),
  'a view that is no array': () => new DataView(new ArrayBuffer(4)),
  'a boxed string': () => Object('text'),
  'a boxed bigint': () => Object(1n),
  'a promise that breaks': () => {
    const broken = Promise.reject(new Error('hostile'));
    // Where it is put, nobody may look at it.
    broken.catch(() => {});
    return broken;
  },
  'a promise with a constructor that throws': () =>
    Object.defineProperty(Promise.resolve(1), 'constructor', { get: thrown }),
  'a promise with a then of its own': () =>
    Object.assign(Promise.resolve(1), {
      // biome-ignore lint/suspicious/noThenProperty: it is meant to be one.
      then(/** @type {any} */ kept, /** @type {any} */ broken) {
        kept(1);
        broken(2);
        kept(3);
        throw new Error('hostile');
      },
    }),
  'a thenable that calls twice': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is meant to be one.
    then(/** @type {any} */ kept) {
      kept({ done: false, value: 'x' });
      kept({ done: true });
    },
  }),
  // biome-ignore lint/suspicious/noThenProperty: it is meant to be one.
  'a thenable that throws': () => ({ then: thrown }),
  'an iterator that throws': () => ({ [Symbol.asyncIterator]: thrown }),
  'an iterator of nothing': () => ({ [Symbol.asyncIterator]: () => undefined }),
  'an iterator of itself': () => ({
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => revoked({}),
    return: thrown,
  }),
  'an iterator of many': () => ({
    *[Symbol.iterator]() {
      for (let left = 500; left > 0; left -= 1) yield ['a', 'b'];
      throw new Error('hostile');
    },
  }),
  ...Object.fromEntries(names.map((name) => [`an object that throws at \`${name}\``, () => throwing(name)])),
};
