import {
  type CancellationToken,
  type CodeAction,
  type Connection,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver';
import type { Images } from '../language/host.ts';
import { composeImages, dockerfileImages, imageActionUri, resolveImageAction } from '../language/imageActions.ts';
import { cancellable } from './answer.ts';
import type { Documents } from './documents.ts';

/** The edit of an action that was chosen. Why there is none the user is told: an editor would do nothing, and say nothing. */
export function resolveAction(
  connection: Connection,
  documents: Documents,
  images: Images,
  action: CodeAction,
  token: CancellationToken,
): Promise<CodeAction> {
  return cancellable(
    token,
    async (signal) => {
      const uri = imageActionUri(action);
      const file = uri === undefined ? undefined : imagesIn(documents, uri);
      if (uri === undefined || file === undefined) return action;
      const outcome = await resolveImageAction(action, file, images, signal);
      if (outcome.kind === 'edit') return { ...action, edit: { changes: { [uri]: [...outcome.edits] } } };
      const type = outcome.kind === 'problem' ? MessageType.Warning : MessageType.Info;
      await connection.sendNotification(ShowMessageNotification.type, { type, message: outcome.message });
      return action;
    },
    action.title,
  );
}

function imagesIn(documents: Documents, uri: string) {
  const compose = documents.compose(uri);
  if (compose) return composeImages(uri, compose.text);
  const document = documents.get(uri);
  return document && dockerfileImages(uri, document.dockerfile);
}
