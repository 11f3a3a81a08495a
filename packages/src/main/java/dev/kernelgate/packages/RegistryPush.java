// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.packages;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.OciIndexTemplate;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.util.Optional;

/** Puts an index over images that are in the registry already. */
final class RegistryPush {

  private RegistryPush() {}

  /** Whether a name's registry is on this machine, where plain HTTP will do. */
  static boolean isLoopback(String reference) {
    return reference.startsWith("127.0.0.1:") || reference.startsWith("localhost:");
  }

  /** An image in a registry, with the credentials that docker has for it, if any. */
  static RegistryImage withCredentials(String reference) throws InvalidImageReferenceException {
    ImageReference parsed = ImageReference.parse(reference);
    return RegistryImage.named(parsed)
        .addCredentialRetriever(
            CredentialRetrieverFactory.forImage(parsed, _ -> {}).dockerConfig());
  }

  /** Pushes the index. jib can build one only of images that share all layers. */
  static void push(OciIndexTemplate index, String reference) throws Exception {
    ImageReference parsed = ImageReference.parse(reference);
    FailoverHttpClient http = new FailoverHttpClient(isLoopback(reference), false, _ -> {});
    try {
      RegistryClient.Factory factory =
          RegistryClient.factory(
              EventHandlers.NONE, parsed.getRegistry(), parsed.getRepository(), http);
      Optional<Credential> credential =
          CredentialRetrieverFactory.forImage(parsed, _ -> {}).dockerConfig().retrieve();
      credential.ifPresent(factory::setCredential);
      RegistryClient client = factory.newRegistryClient();
      if (!client.doPushBearerAuth() && credential.isPresent()) {
        client.configureBasicAuth();
      }
      client.pushManifest(index, parsed.getTag().orElseThrow());
    } finally {
      http.shutDown();
    }
  }
}
