import type { Consumer } from './consumer.ts';

/**
 * The smallest consumer: writes each event as a line. It is not deployed; it shows what a consumer has to say. A line
 * that was delivered twice is written twice, so its reader takes each id once.
 */
export const stdoutConsumer = (write: (line: string) => void): Consumer => ({
  name: 'stdout',
  async take({ events }) {
    for (const event of events) {
      try {
        write(`${event.text()}\n`);
      } catch (error) {
        return { failed: [{ record: event.record, what: 'write a line', error }] };
      }
    }
    return {};
  },
});
