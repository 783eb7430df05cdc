interface PutParts {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly file: File;
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends the bytes of an announced file. Gives the server's sentence if it refuses them, an empty text if it cannot be reached,
 * and null if the file is there. `fetch` tells nothing of what has been sent, so this is an XMLHttpRequest.
 */
export function putFile({ url, authorization, file, onProgress, signal }: PutParts): Promise<string | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    if (authorization) request.setRequestHeader('authorization', authorization);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(request.status === 201 ? null : refusalOf(request.responseText));
    request.onerror = () => resolve('');
    request.onabort = () => resolve('');
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function refusalOf(body: string): string {
  try {
    return JSON.parse(body).errors[0].message;
  } catch {
    return ''; // no answer of this server
  }
}
