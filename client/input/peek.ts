export type Chunks = AsyncIterable<Buffer>;

/** Reads on until `enough` says so or the input ends; `rest` gives everything, what was looked at included. */
export const peek = async (
  chunks: Chunks,
  enough: (head: Buffer) => boolean,
): Promise<{ head: Buffer; rest: Chunks }> => {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (!enough(head)) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, rest: continued(head, iterator) };
};

async function* continued(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
