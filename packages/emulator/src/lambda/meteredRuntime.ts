import { AwsError, type Measure } from '../contracts.ts';
import { meterOf } from '../meter.ts';
import type { LambdaRuntime } from './runtime.ts';

/** The runtime, with what Lambda publishes of every call: Invocations, Errors, Throttles, Duration by FunctionName. */
export const meteredRuntime = <Runtime extends Pick<LambdaRuntime, 'invoke' | 'spec'>>(
  runtime: Runtime,
  measure: Measure,
  now: () => number,
): Runtime => ({
  ...runtime,
  async invoke(name, payload, options) {
    const meter = meterOf(measure, 'AWS/Lambda', { FunctionName: runtime.spec(name).name });
    const startedMs = now();
    try {
      const answer = await runtime.invoke(name, payload, options);
      meter('Invocations', 1);
      // Zeros too: the average of Errors is their rate.
      meter('Errors', answer.functionError ? 1 : 0);
      meter('Throttles', 0);
      meter('Duration', now() - startedMs, 'Milliseconds');
      return answer;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'TooManyRequestsException') meter('Throttles', 1);
      throw error;
    }
  },
});
