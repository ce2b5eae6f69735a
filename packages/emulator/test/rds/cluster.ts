export const PASSWORD = 'of-the-master';

/** A cluster as CloudFormation writes it. */
export const cluster = {
  Engine: 'aurora-postgresql',
  EngineVersion: '17.5',
  DatabaseName: 'shop',
  MasterUsername: 'owner',
  ManageMasterUserPassword: true,
};
