/** The verdict on a file. */
export type ScanResult = { readonly isClean: true } | { readonly isClean: false; readonly signature: string };

/** Looks for malware in the bytes of a file. */
export interface FileScanner {
  /** Scans a file as its bytes come; throws if the scanner gives no verdict, which is neither clean nor infected. */
  scan(bytes: AsyncIterable<Uint8Array>): Promise<ScanResult>;
}
