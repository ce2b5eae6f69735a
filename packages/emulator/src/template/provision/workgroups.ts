import { isCovered } from './covers.ts';
import { call, found, objectOf, type Provisioner } from './ports.ts';

export const provisionWorkGroup: Provisioner = async ({ name, properties }, { athena }) => {
  const Configuration = objectOf(properties.WorkGroupConfiguration);
  const Description = properties.Description ?? '';
  const there = await found(
    () => call(athena, 'GetWorkGroup', { WorkGroup: name }),
    ['InvalidRequestException'],
  );
  if (!there) {
    await call(athena, 'CreateWorkGroup', { Name: name, Description, Configuration });
    return;
  }
  if (isCovered(Configuration, objectOf(there.WorkGroup).Configuration)) return;
  const { ResultConfiguration, ...rest } = Configuration;
  const ConfigurationUpdates = { ...rest, ResultConfigurationUpdates: objectOf(ResultConfiguration) };
  await call(athena, 'UpdateWorkGroup', { WorkGroup: name, Description, ConfigurationUpdates });
};
