import { type Database, openDatabase } from '../../src/db/database.ts';
import type { Customer, Prisma } from '../../src/generated/prisma/client.ts';
import { aDatabase } from './test-database.ts';

/** A database with one tenant, for suites that need only rows of customers. */
export class CustomerRows {
  readonly prisma: Database['prisma'];
  readonly #ownerPool: Database['ownerPool'];
  readonly #tenantId: string;
  readonly #close: () => Promise<void>;

  private constructor(database: Database, tenantId: string, close: () => Promise<void>) {
    this.prisma = database.prisma;
    this.#ownerPool = database.ownerPool;
    this.#tenantId = tenantId;
    this.#close = close;
  }

  /** Opens a database of its own. Needs TEST_DATABASE_URL. */
  static async open(): Promise<CustomerRows> {
    const { url, drop } = await aDatabase();
    const database = await openDatabase({ url, dataDir: '', poolSize: 4, statementTimeoutMs: 10_000 });
    const organization = await database.prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
    const tenant = await database.prisma.tenant.create({
      data: { name: 'Acme', slug: 'acme', organizationId: organization.id },
    });
    return new CustomerRows(database, tenant.id, async () => {
      await database.close();
      await drop();
    });
  }

  /** Replaces all rows by these. */
  async fill(rows: readonly Partial<Customer>[]): Promise<Customer[]> {
    await this.prisma.customer.deleteMany();
    const data = rows.map((row) => ({
      company: '',
      contactName: '',
      email: '',
      ...row,
      tenantId: this.#tenantId,
    }));
    return this.prisma.customer.createManyAndReturn({ data: data as Prisma.CustomerCreateManyInput[] });
  }

  /** Replaces all rows by this many, with three to each company and to each time. */
  async fillMany(count: number): Promise<void> {
    await this.prisma.customer.deleteMany();
    await this.prisma.$executeRaw`
      INSERT INTO customer (id, tenant_id, company, company_fold, contact_name, email, status, created_at, updated_at)
      SELECT gen_random_uuid(), ${this.#tenantId}::uuid, 'company ' || n / 3, 'company ' || n / 3, '', '',
        (enum_range(NULL::customer_status))[1 + n % 5], now() - make_interval(secs => n / 3), now()
      FROM generate_series(1, ${count}) n`;
    // The role that serves may not do this.
    await this.#ownerPool.query('ANALYZE customer');
  }

  /** The number of rows of customers that PostgreSQL reads for what `ask` asks. */
  countRead(ask: (customers: Prisma.TransactionClient['customer']) => Promise<unknown>): Promise<number> {
    return this.prisma.$transaction(async (tx) => {
      const before = await rowsReadBy(tx);
      await ask(tx.customer);
      return (await rowsReadBy(tx)) - before;
    });
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The number of rows of customers that a connection has read so far, counted by PostgreSQL. */
async function rowsReadBy(db: Prisma.TransactionClient): Promise<number> {
  const [read] = await db.$queryRaw<{ count: number }[]>`
    SELECT (seq_tup_read + idx_tup_fetch)::int AS count FROM pg_stat_xact_user_tables WHERE relname = 'customer'`;
  return read?.count ?? Number.NaN;
}
