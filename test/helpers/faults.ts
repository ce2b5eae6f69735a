import { faultsIn, faultText } from '../../compiler/faults.ts';

/** What is said of the files of a project that is compiled, a line each. */
export const faultsOf = (compile: () => unknown): string[] => {
  try {
    compile();
    return [];
  } catch (error) {
    return faultsIn(error).map(faultText);
  }
};
