import { TestIssuer } from './outside-issuer.ts';

/** The issuer whose tokens the servers of stories accept: an outside identity is bound by one. */
export const storyIssuer = await TestIssuer.start('https://story.example.test');
