import * as l10n from '@vscode/l10n';

/**
 * What people call what is no image, by its media type. Source: the projects' own registrations: helm, pkg/registry; opa, bundles;
 * wasm, wasm OCI artifact layout; flux, oci artifacts; cnab, cnab-to-oci; sylabs, sif; open-policy-agent, conftest.
 */
const names: readonly (readonly [RegExp, () => string])[] = [
  [/^application\/vnd\.cncf\.helm\./, () => l10n.t('Helm chart')],
  [/^application\/vnd\.(?:wasm|bytecodealliance\.wasm|module\.wasm)\./, () => l10n.t('WebAssembly module')],
  [/^application\/vnd\.cncf\.(?:flux|kustomize)\./, () => l10n.t('Flux manifests')],
  [/^application\/vnd\.cncf\.(?:openpolicyagent|conftest)\./, () => l10n.t('Policy bundle')],
  [/^application\/vnd\.cnab\./, () => l10n.t('CNAB bundle')],
  [/^application\/vnd\.sylabs\.sif\./, () => l10n.t('Singularity image')],
  [/^application\/vnd\.docker\.(?:ai|cncf\.model)|^application\/vnd\.cncf\.model\./, () => l10n.t('AI model')],
  [/^application\/vnd\.docker\.compose\./, () => l10n.t('Compose project')],
];

/** Undefined where it has no name but its type. */
export function artifactName(mediaType: string | undefined): string | undefined {
  return names.find(([pattern]) => mediaType !== undefined && pattern.test(mediaType))?.[1]();
}
