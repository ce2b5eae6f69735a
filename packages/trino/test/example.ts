import { createEngine, hiveType, parseQuery, translateStatement, typeText, valueText } from 'headrace-trino';

const orders = {
  database: 'shop',
  name: 'orders',
  columns: [
    { name: 'id', type: hiveType('bigint') },
    { name: 'total', type: hiveType('decimal(10,2)') },
  ],
};
const query = parseQuery('SELECT count(*) AS n, avg(total) AS mean, 7 / 2 AS half FROM orders');
const around = { table: () => orders, database: 'shop', now: new Date() };
const { sql, columns, scans } = translateStatement(query, around);

const engine = await createEngine({ folders: [] });
const connection = await engine.connect();
for (const { id } of scans) {
  const rows = 'VALUES (1::BIGINT, 9.99::DECIMAL(10, 2)), (2, 5.00)';
  await connection.run(`CREATE TEMP VIEW ${id} AS FROM (${rows}) AS t(id, total)`);
}
const result = await connection.runAndReadAll(sql);
for (const row of result.getRows()) {
  console.log(
    ...columns.map(({ name, type }, i) => `${name} ${typeText(type)} ${valueText(row[i] ?? null, type)}`),
  );
}
connection.closeSync();
engine.closeSync();
// n bigint 2 mean decimal(10,2) 7.50 half integer 3
