import { useCallback } from 'react';
import { useIntl } from 'react-intl';
import admin from '../admin/texts.json';
import configuration from '../configuration/texts.json';
import consent from '../consent/texts.json';
import conversation from '../conversation/texts.json';
import notifications from '../notifications/texts.json';
import ownProfile from '../own-profile/texts.json';
import propertyHub from '../property-hub/texts.json';
import shell from '../shell/texts.json';
import signIn from '../sign-in/texts.json';
import status from '../status/texts.json';

/** The texts of all pages by their keys. Each wing has a file of its own. */
export const TEXTS = {
  ...shell,
  ...signIn,
  ...propertyHub,
  ...conversation,
  ...consent,
  ...status,
  ...configuration,
  ...notifications,
  ...admin,
  ...ownProfile,
};

/** The key of a text. */
export type TextKey = keyof typeof TEXTS;

/** The values that a text names in braces. */
export type TextValues = Readonly<Record<string, string | number | Date>>;

/** Gives a text by its key, in the language of the page. */
export function useText(): (key: TextKey, values?: TextValues) => string {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

/** Gives the word for a value of an enum, e.g. `CustomerStatus` and `PAST_DUE`; a value without a text is shown as it is. */
export function useWord(): (enumName: string, value: string) => string {
  const intl = useIntl();
  return useCallback(
    (enumName, value) => {
      const id = `enum.${enumName}.${value}`;
      return id in TEXTS ? intl.formatMessage({ id }) : value;
    },
    [intl],
  );
}
