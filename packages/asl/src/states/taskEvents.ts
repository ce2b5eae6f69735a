import type { StatesError } from '../errors.ts';
import { failureDetails, outputDetails } from '../history.ts';
import type { TaskLimits, TaskNotes } from '../host.ts';
import type { JsonObject, Payload } from '../values.ts';
import type { Visit } from '../visit.ts';
import { isTimeout } from './handlers.ts';

/** The events of one attempt of a task, in the words of the host. */
export class TaskEvents {
  readonly #visit: Visit;
  readonly #notes: TaskNotes;

  constructor(visit: Visit, notes: TaskNotes) {
    this.#visit = visit;
    this.#notes = notes;
  }

  scheduled(input: Payload, limits: TaskLimits): void {
    this.#add('Scheduled', this.#notes.scheduled(input.text, limits));
  }

  started(): void {
    this.#add('Started', this.#notes.resource);
  }

  submitted(output: Payload): void {
    this.#add('Submitted', { ...this.#notes.resource, ...outputDetails(output) });
  }

  succeeded(output: Payload): void {
    this.#add('Succeeded', { ...this.#notes.resource, ...outputDetails(output) });
  }

  failed(error: StatesError): void {
    this.#add(isTimeout(error) ? 'TimedOut' : 'Failed', {
      ...this.#notes.resource,
      ...failureDetails(error),
    });
  }

  #add(what: string, details: JsonObject): void {
    const type = `${this.#notes.prefix}${what}`;
    const field = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}EventDetails`;
    this.#visit.event(
      type,
      what === 'Started' && Object.keys(details).length === 0 ? {} : { [field]: details },
    );
  }
}
