import { GlueClient } from '@aws-sdk/client-glue';
import { beforeEach } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';

const mockGlue = () => mockClient(GlueClient);
type MockedGlue = ReturnType<typeof mockGlue>;

/** Glue as the function of a file meets it: before each test it has these answers ready, and was asked nothing yet. */
export const mockedGlue = (prepare: (glue: MockedGlue) => void = () => {}): MockedGlue => {
  const glue = mockGlue();
  beforeEach(() => {
    glue.reset();
    prepare(glue);
  });
  return glue;
};
