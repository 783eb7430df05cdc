import { Client, fetchExchange } from '@urql/core';
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e));
process.on('uncaughtException', (e) => console.log('UNCAUGHT', e));
const client = new Client({ url: 'http://localhost:4777/graphql', preferGetMethod: false, exchanges: [fetchExchange] });
const r = await client.query('{ __typename }', {}).toPromise();
console.log(r.data);
await new Promise((r) => setTimeout(r, 100));
