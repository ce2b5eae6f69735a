import type { Place } from './place.ts';

/** What a notebook needs to ask Athena from Python, with the credentials that boto3 finds. */
export const connectPython = ({ region, database, workgroup }: Place): string => `import pandas as pd
from pyathena import connect
from pyathena.pandas.cursor import PandasCursor

connection = connect(
    region_name="${region}",
    schema_name="${database}",
    work_group="${workgroup}",
    cursor_class=PandasCursor,
)


def ask(sql):
    """The answer of Athena as a DataFrame. Says how much was read: that is what AWS bills."""
    answer = connection.cursor().execute(sql)
    print(f"{(answer.data_scanned_in_bytes or 0) / 1e6:,.1f} MB scanned")
    return answer.as_pandas()`;

/** SQL as a text of Python. */
export const pythonText = (sql: string): string => `"""\n${sql.replaceAll('\\', '\\\\')}\n"""`;
