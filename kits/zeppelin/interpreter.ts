import type { Place } from '../place.ts';

/** Where the guide puts Athena's driver. AWS gives it to download; it is in no registry. */
const DRIVER = '/opt/zeppelin/interpreter/jdbc/athena-jdbc-3-with-dependencies.jar';

const property = (name: string, value: string, type = 'string') => [name, { name, value, type }];

/**
 * The setting `athena` of Zeppelin's JDBC interpreter, as its API takes one. No credentials: the driver takes those of the
 * process. Athena's own limits hold on how many rows come back; `maxResult` says how many are shown.
 */
export const interpreterOf = ({ region, database, workgroup }: Place) => ({
  name: 'athena',
  group: 'jdbc',
  properties: Object.fromEntries([
    property(
      'default.url',
      `jdbc:athena://Region=${region};WorkGroup=${workgroup};Database=${database};CredentialsProvider=DefaultChain`,
    ),
    property('default.driver', 'com.amazon.athena.jdbc.AthenaDriver'),
    property('default.user', ''),
    property('default.password', '', 'password'),
    property('zeppelin.jdbc.concurrent.use', 'true', 'checkbox'),
    property('zeppelin.jdbc.concurrent.max_connection', '5', 'number'),
    property('zeppelin.jdbc.maxRows', '1000', 'number'),
    // Else a completion in the editor would list every table and column again and again.
    property('default.completer.ttlInSeconds', '3600', 'number'),
  ]),
  dependencies: [{ groupArtifactVersion: DRIVER, exclusions: [] }],
  interpreterGroup: [
    {
      class: 'org.apache.zeppelin.jdbc.JDBCInterpreter',
      name: 'sql',
      defaultInterpreter: true,
      editor: { language: 'sql', editOnDblClick: false, completionSupport: true },
    },
  ],
  option: {
    remote: true,
    perNote: 'shared',
    perUser: 'shared',
    port: -1,
    isExistingProcess: false,
    isUserImpersonate: false,
  },
});
