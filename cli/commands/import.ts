import { CliError } from '../../client/failure.ts';
import type { Command } from '../command.ts';
import { listImports, showImport } from '../import/list.ts';
import { runImport } from '../import/run.ts';
import { undo } from '../import/undo.ts';
import { mappingOptions, mappingUsage } from '../mappingOptions.ts';

const usage = `
headrace import FILE|FOLDER|PATTERN|s3://BUCKET/PREFIX …  [options]
headrace import list
headrace import show ID
headrace import undo ID [--yes]

  headrace import year.csv --id order_id --name kind --time when --format "%d/%m/%Y %H:%M" --zone Asia/Seoul
  headrace import "logs/2025-*/*.json.gz" --as api_call --id eventID --time eventTime --source cloudtrail

Brings history into the lake without the collector and the stream: JSON lines, JSON arrays, {"Records":[…]}, CSV with a header, Parquet;
plain, gzip or zstd. First it looks at a sample and shows the first events, what they lack and about what it costs, and asks. Then it
writes raw objects; headrace etl or headrace backfill builds them. Started again after Ctrl-C or a crash it goes on. Importing the
same files twice changes nothing. \`import undo\` takes an import back, whole. For s3:// see docs/guides/importing.md.
${mappingUsage}
  --source NAME      the source of the events (default: import)
  --yes              do not ask
  --plan             show what would be done, and do nothing`;

export const importCommand: Command = {
  name: 'import',
  usage,
  options: {
    ...mappingOptions,
    source: { type: 'string' },
    yes: { type: 'boolean', default: false },
    plan: { type: 'boolean', default: false },
  },
  run: async (invocation) => {
    const [first, id, ...others] = invocation.positionals;
    if (first === undefined)
      throw new CliError(
        'import takes files, folders, patterns or s3://bucket/prefix.',
        'headrace import --help tells more.',
      );
    if (first === 'list' && id === undefined) return listImports(invocation);
    if (first !== 'show' && first !== 'undo') return runImport(invocation);
    if (id === undefined || others.length > 0)
      throw new CliError(
        `import ${first} takes the id of one import.`,
        '`headrace import list` shows all imports.',
      );
    return first === 'show' ? showImport(invocation, id) : undo(invocation, id);
  },
};
