import { describe, expect, test } from '@jest/globals';
import { type Environment, loadConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { StartError } from '../../src/core/process/start-error.ts';

const SECRET = 'a'.repeat(32);

function refusal(env: Environment): string[] {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return error instanceof StartError ? error.message.split('\n') : [];
  }
  throw new Error('these settings were accepted');
}

describe('settings that are wrong', () => {
  test('are all named together, each with the accepted values', () => {
    expect(refusal({ PORT: '70000', LOG_LEVEL: 'loud', DEMO: 'yes', MAX_TOKENS: '4e3' })).toEqual([
      'PORT must be a whole number from 0 to 65,535.',
      'DEMO must be 0 or 1.',
      'LOG_LEVEL must be debug or info or warn or error or silent.',
      'MAX_TOKENS must be a whole number from 50 to 2,000.',
    ]);
  });

  test.each(['0.0.0.0', '::', '10.0.0.7', 'lockstep.example.com'])(
    'demo data on %s, where other machines reach it, is refused unless asked for twice',
    (HOST) => {
      expect(refusal({ HOST, DEMO: '1' })).toEqual([expect.stringMatching(/^DEMO_PUBLIC must be 1/)]);
      expect(loadConfig({ HOST, DEMO: '1', DEMO_PUBLIC: '1' }).isDemo).toBe(true);
    },
  );

  test('are never repeated, because one may be a secret in the wrong place', () => {
    const mistaken = { PORT: 'hunter2hunter2', JWT_SECRET: 'hunter2', REDIS_URL: 'hunter2@redis' };
    expect(refusal(mistaken).join()).not.toContain('hunter2');
  });

  test.each(['-1', '1.5', '0x10', ' 80', '80 ', '1e3', '9'.repeat(40)])(
    'a port of "%s" is refused',
    (PORT) => {
      expect(refusal({ PORT })).toHaveLength(1);
    },
  );

  test.each([
    '*',
    'null',
    'console.example.com',
    'https://console.example.com/',
    'https://Console.example.com',
    'https://*.example.com',
    'https://a.example,',
    'https://a.example,*',
    'ftp://a.example',
    'file://a.example',
    'capacitor://localhost/',
    'capacitor://*',
    'capacitor:localhost',
  ])('"%s" is refused as a list of exact origins', (CORS_ORIGINS) => {
    expect(refusal({ CORS_ORIGINS })).toEqual([expect.stringMatching(/^CORS_ORIGINS must be exact origins/)]);
  });

  test('a database without a secret for all of its nodes is refused', () => {
    expect(refusal({ DATABASE_URL: 'postgres://db/lockstep' })).toEqual([
      expect.stringMatching(/^JWT_SECRET must be set when DATABASE_URL is/),
    ]);
  });

  test('a short secret is refused, once', () => {
    expect(refusal({ DATABASE_URL: 'postgres://db/lockstep', JWT_SECRET: SECRET.slice(1) })).toEqual([
      'JWT_SECRET must be a secret of at least 32 characters.',
    ]);
  });

  test('a log that is kept for less time than cursors are valid, and an owner without a database, are refused', () => {
    expect(
      refusal({ AUDIT_RETENTION_DAYS: '6', DATABASE_OWNER_URL: 'postgres://owner@db/lockstep' }),
    ).toEqual([
      'DATABASE_URL must be set when DATABASE_OWNER_URL is: they are two logins of one database.',
      'AUDIT_RETENTION_DAYS must not be shorter than RESUME_HORIZON_HOURS: a subscription cannot resume from changes that are no longer in the log.',
    ]);
    expect(loadConfig({ AUDIT_RETENTION_DAYS: '7' }).auditRetentionDays).toBe(7);
    expect(refusal({ AUDIT_RETENTION_DAYS: '1', RESUME_HORIZON_HOURS: '24' })).toHaveLength(1);
  });

  test('an incomplete external issuer, and an incomplete administrator, are refused', () => {
    expect(
      refusal({ JWKS_URL: 'https://id.example/jwks', JWT_ISSUER: 'id', ADMIN_EMAIL: 'ada@a.example' }),
    ).toEqual([
      'JWT_AUDIENCE must be set too: JWKS_URL, JWT_ISSUER, JWT_AUDIENCE go together.',
      'ADMIN_PASSWORD must be set too: ADMIN_EMAIL, ADMIN_PASSWORD go together.',
    ]);
    expect(refusal({ ADMIN_RESET: '1' })).toEqual([
      'ADMIN_EMAIL must be set when ADMIN_RESET is: it says which account can sign in afterwards.',
    ]);
  });
});

describe('the configuration', () => {
  test('needs no settings, and is then reachable from this machine only', () => {
    expect(loadConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      isDemo: true,
      corsOrigins: [],
      outsideIssuers: [],
      admin: undefined,
    });
  });

  test('gives balancers six seconds of notice, and none on a loopback address', () => {
    expect(loadConfig({}).drainNoticeMs).toBe(0);
    expect(loadConfig({ HOST: '0.0.0.0' }).drainNoticeMs).toBe(6_000);
    expect(loadConfig({ HOST: '0.0.0.0', DRAIN_NOTICE_MS: '0' }).drainNoticeMs).toBe(0);
  });

  test('treats an empty variable as absent, and ignores unknown variables', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '', LOCKSTEP_PORT: 'x', PATH: '/bin' })).toEqual(loadConfig({}));
  });

  test('has no demo data in the database of a PostgreSQL server, unless they are requested', () => {
    const server = { DATABASE_URL: 'postgres://db/lockstep', JWT_SECRET: SECRET };
    expect(loadConfig(server).isDemo).toBe(false);
    expect(loadConfig({ ...server, DEMO: '1' }).isDemo).toBe(true);
    expect(loadConfig({ DEMO: '0' }).isDemo).toBe(false);
    expect(loadConfig({ HOST: '0.0.0.0' }).isDemo).toBe(false);
    expect(loadConfig({ HOST: '0.0.0.0', DEMO_PUBLIC: '1' }).isDemo).toBe(true);
  });

  test('reads the given values', () => {
    const config = loadConfig({
      PORT: '0',
      CORS_ORIGINS:
        'https://console.example.com, http://localhost:5173, capacitor://localhost, moz-extension://a1-b2',
      JWKS_URL: 'https://id.example/jwks',
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'lockstep',
      OUTSIDE_ISSUERS: JSON.stringify([
        {
          issuer: 'https://acme.example',
          jwksUrl: 'https://acme.example/jwks',
          audience: 'lockstep',
          algorithms: ['ES256'],
          domains: { 'acme.example': 'acme' },
        },
      ]),
      ADMIN_EMAIL: 'Ada@Example.com',
      ADMIN_PASSWORD: 'correct horse',
    });
    expect(config).toMatchObject({
      port: 0,
      corsOrigins: [
        'https://console.example.com',
        'http://localhost:5173',
        'capacitor://localhost',
        'moz-extension://a1-b2',
      ],
      outsideIssuers: [
        { jwksUrl: 'https://id.example/jwks', issuer: 'https://id.example', audience: 'lockstep' },
        {
          jwksUrl: 'https://acme.example/jwks',
          issuer: 'https://acme.example',
          audience: 'lockstep',
          algorithms: ['ES256'],
          domains: { 'acme.example': 'acme' },
        },
      ],
      admin: { email: 'ada@example.com', password: 'correct horse' },
    });
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  test('accepts each default that it would use', () => {
    for (const { variable, kind, fallback } of Object.values(SETTINGS)) {
      if (typeof fallback !== 'string' && typeof fallback !== 'number') continue;
      expect({ variable, value: kind.parse(String(fallback)) }).toEqual({ variable, value: fallback });
    }
  });
});
