import type { WriteFormat } from './writer.ts';

interface Storage {
  InputFormat: string;
  OutputFormat: string;
  SerdeInfo: { SerializationLibrary: string; Parameters: Record<string, string> };
}

const textInput = 'org.apache.hadoop.mapred.TextInputFormat';
const textOutput = 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat';

export const textStorage = (library: string, Parameters: Record<string, string> = {}): Storage => ({
  InputFormat: textInput,
  OutputFormat: textOutput,
  SerdeInfo: { SerializationLibrary: library, Parameters },
});

export const parquetStorage: Storage = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

/** The storage descriptor of files that writeQuery wrote. */
export const storageOf = (format: WriteFormat, delimiter?: string): Storage => {
  if (format === 'PARQUET') return parquetStorage;
  if (format === 'JSON')
    return textStorage('org.openx.data.jsonserde.JsonSerDe', { 'serialization.format': '1' });
  return textStorage('org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe', {
    'field.delim': delimiter ?? '\u0001',
    'serialization.format': delimiter ?? '\u0001',
  });
};
