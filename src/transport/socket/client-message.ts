import { type Message, MessageType, parseMessage } from 'graphql-ws';

const OF_SERVERS_ONLY: readonly MessageType[] = [
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
];

/** Reads a message of graphql-transport-ws; null if it is none, or one that only servers send. */
export function readClientMessage(text: string): Message | null {
  try {
    const message = parseMessage(text);
    return OF_SERVERS_ONLY.includes(message.type) ? null : message;
  } catch {
    return null; // what is wrong with it is for the author of the client to find
  }
}
