import type { Config } from '../../config/config.ts';
import type { Log } from '../../core/process/log.ts';
import type { Ciphers } from '../../core/rights/authentication.ts';
import type { Identity } from '../../core/rights/identity.ts';
import { gatewayPort } from './gateway-port.ts';
import { keepingPort } from './mail-port.ts';
import { MailRunner, type MailRunnerParts } from './mail-runner.ts';
import { domainOf, senderOf } from './mail-sender.ts';
import { smtpPort } from './smtp-port.ts';

interface Parts extends Pick<MailRunnerParts, 'prisma' | 'texts'> {
  readonly config: Config;
  /** The address at which the server listens. */
  readonly url: string;
  /** Reads the rights of users, and opens secrets. */
  readonly who: {
    readonly identity: Pick<Identity, 'viewer'>;
    readonly ciphers: Pick<Ciphers, 'mailSecrets'>;
  };
  readonly log: Log;
}

/** Makes the part that sends e-mails. Says at the start if there is no address to which links could lead. */
export function mailRunnerOf({ config, url, who, ...parts }: Parts): MailRunner {
  const { smtpUrl, mailFrom, gatewayUrl, gatewaySecret } = config;
  const publicUrl = config.publicUrl?.replace(/\/+$/, '') ?? (config.isLocal ? url : null);
  if (!publicUrl) {
    parts.log.warn({}, 'PUBLIC_URL is not set: e-mails that are worth nothing without a link are not made');
  }
  const port = smtpUrl ? smtpPort(smtpUrl, mailFrom ?? senderOf(publicUrl)) : keepingPort;
  return new MailRunner({
    ...parts,
    port,
    gateway: gatewayUrl && gatewaySecret ? gatewayPort(gatewayUrl, gatewaySecret) : keepingPort,
    cipher: who.ciphers.mailSecrets,
    viewerOf: (asking) => who.identity.viewer(asking),
    publicUrl,
    domain: domainOf(publicUrl),
  });
}
