import type { QueryLanguage } from '../compile/compiler.ts';
import { EvaluationFailure, runtimeError, type StateFailure } from '../errors.ts';

/** What a field was computed to is wrong: in JSONata that is an error which can be caught, in JSONPath it is not. */
export const wrongValue = (language: QueryLanguage, field: string, reason: string): StateFailure =>
  language === 'JSONata' ? new EvaluationFailure(field, reason) : runtimeError(reason);
