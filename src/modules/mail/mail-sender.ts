/** The domain of the sender and of the ids of messages: the host of the product, or one that leads nowhere. */
export function domainOf(publicUrl: string | null): string {
  const { hostname } = new URL(publicUrl ?? 'http://lockstep.invalid');
  return /^[a-z\d.-]*[a-z][a-z\d.-]*$/.test(hostname) ? hostname : 'lockstep.invalid';
}

/** The sender of e-mails where no setting names one. */
export function senderOf(publicUrl: string | null): string {
  return `lockstep@${domainOf(publicUrl)}`;
}
