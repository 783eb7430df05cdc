import { optional } from './setting.ts';
import { emailAddress, url, webhookSecret } from './value-kinds.ts';

/** The settings of the ways by which messages leave: the mail server, the gateway and their links; a part of `SETTINGS`. */
export const MESSAGE_SETTINGS = {
  smtpUrl: optional(
    'SMTP_URL',
    url('smtp', 'smtps'),
    'e-mails are kept',
    'The mail server that sends e-mails, with user and password if it asks for them. Without it they are kept for 30 days and shown to the administrators of the platform in `mailMessages`.',
  ),
  mailFrom: optional(
    'MAIL_FROM',
    emailAddress,
    '`lockstep@` the host of `PUBLIC_URL`',
    'The sender of e-mails.',
  ),
  gatewayUrl: optional(
    'GATEWAY_URL',
    url('https', 'http'),
    'such messages are kept',
    'The gateway that sends text messages and push messages: a POST, signed as Standard Webhooks 1.0 has it, for each notification that a user wants by these channels. Without it they are kept and shown as e-mails are. Goes with `GATEWAY_SECRET`.',
  ),
  gatewaySecret: optional('GATEWAY_SECRET', webhookSecret, 'none', 'The secret of these signatures.'),
  publicUrl: optional(
    'PUBLIC_URL',
    url('https', 'http'),
    'the address of the server on a loopback address, else none',
    'The address of the product in the links of e-mails. No request decides it. Without it an e-mail that is worth nothing without its link is not made.',
  ),
};
