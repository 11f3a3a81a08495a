// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.registry;

import dev.kernelgate.kernel.BootSource;
import dev.kernelgate.kernel.Deadline;
import dev.kernelgate.kernel.Digest;
import dev.kernelgate.oci.BlobStream;
import dev.kernelgate.oci.FetchedManifest;
import dev.kernelgate.oci.ImageSource;
import dev.kernelgate.oci.Keychain;
import dev.kernelgate.oci.Limits;
import dev.kernelgate.oci.Repository;
import dev.kernelgate.verdict.ProblemException;
import dev.kernelgate.verdict.Reason;
import dev.kernelgate.verdict.Untrusted;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images from OCI registries (distribution-spec 1.1) and their mirrors. A mirror that fails, or
 * does not have what is asked for, is passed over, and may use half of the time that is left; so
 * "not there" is always the registry's own word. Safe for concurrent use; calls block.
 */
public final class RegistryImageSource implements ImageSource, AutoCloseable {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String ANY_MANIFEST =
      String.join(
          ", ",
          INDEX,
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private final Connections connections;
  private final DockerConfig credentials;
  private final InstantSource clock;
  private final Pause pause;
  private final Answers answers;
  private final RegistryCaller caller;

  @FunctionalInterface
  private interface Question<T> {
    Optional<T> ask(Location location, Deadline deadline) throws ProblemException;
  }

  /**
   * A source for any registry. Certificate files are read when their registry is first asked.
   *
   * @param registries settings of particular registries and mirrors
   * @param defaults settings of all others
   * @param credentials what registries are shown when they ask
   * @param clock tells when tokens expire
   */
  public RegistryImageSource(
      List<RegistrySettings> registries,
      RegistrySettings defaults,
      DockerConfig credentials,
      InstantSource clock) {
    this(registries, defaults, credentials, clock, Thread::sleep);
  }

  RegistryImageSource(
      List<RegistrySettings> registries,
      RegistrySettings defaults,
      DockerConfig credentials,
      InstantSource clock,
      Pause pause) {
    this(new Connections(registries, defaults), credentials, clock, pause);
  }

  private RegistryImageSource(
      Connections connections, DockerConfig credentials, InstantSource clock, Pause pause) {
    this.connections = connections;
    this.credentials = credentials;
    this.clock = clock;
    this.pause = pause;
    this.answers = new Answers(clock);
    Transport transport = new Transport();
    this.caller =
        new RegistryCaller(
            transport, new Authenticator(transport, answers, credentials, clock), pause);
  }

  /**
   * The same registries for somebody who has these credentials: they come before those of this
   * source. Tokens that they were exchanged for are remembered by what is returned and by nothing
   * else; connections are shared, and closed with this source.
   */
  public ImageSource with(Keychain keychain) {
    return keychain.secrets().isEmpty()
        ? this
        : new RegistryImageSource(
            connections, credentials.behind(CredentialEntries.of(keychain)), clock, pause);
  }

  @Override
  public Optional<FetchedManifest> manifest(
      Repository repository, String selector, Deadline deadline) throws ProblemException {
    return first(
        repository,
        deadline,
        (location, until) -> {
          URI uri = location.endpoint("manifests", selector);
          Call call = Call.get(uri, ANY_MANIFEST, Limits.MANIFEST_BYTES);
          Optional<Reply> reply = caller.ask(location, call, answers::found, until);
          return reply.isEmpty() ? Optional.empty() : Optional.of(manifest(reply.get()));
        });
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    return first(
        repository,
        deadline,
        (location, until) -> {
          URI uri = location.endpoint("blobs", digest.toString());
          Call call = Call.get(uri, "*/*", maxBytes);
          Optional<Reply> reply = caller.ask(location, call, answers::found, until);
          if (reply.isPresent() && reply.get().isPage()) {
            throw wrongType(reply.get());
          }
          return reply.map(found -> found.body().bytes());
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>A mirror that fails midway is not passed over any more.
   */
  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    return first(
        repository,
        deadline,
        (location, until) -> {
          URI uri = location.endpoint("blobs", digest.toString());
          Call call = Call.get(uri, "*/*", new Call.Taken.Arriving());
          Optional<Reply> reply = caller.ask(location, call, answers::found, until);
          return reply.isEmpty() ? Optional.empty() : Optional.of(stream(reply.get()));
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>A list in several pages is joined; one that does not end within {@link
   * ReferrerPages#MAX_PAGES} is {@code LimitExceeded}.
   */
  @Override
  public Optional<FetchedManifest> referrers(
      Repository repository, Digest subject, Deadline deadline) throws ProblemException {
    return first(
        repository,
        deadline,
        (location, until) -> {
          ReferrerPages pages = new ReferrerPages();
          Optional<URI> next = Optional.of(location.endpoint("referrers", subject.toString()));
          while (next.isPresent()) {
            Call call = Call.get(next.get(), INDEX, Limits.MANIFEST_BYTES);
            Optional<Reply> page = caller.ask(location, call, answers::referrers, until);
            if (page.isEmpty()) {
              return Optional.empty();
            }
            manifest(page.get());
            next = pages.add(page.get());
          }
          return Optional.of(pages.join());
        });
  }

  @Override
  public BootSource kind() {
    return BootSource.REGISTRY;
  }

  /** Hangs up; calls in flight end with {@code RegistryUnreachable}. */
  @Override
  public void close() {
    connections.close();
  }

  private <T> Optional<T> first(Repository repository, Deadline deadline, Question<T> question)
      throws ProblemException {
    List<ProblemException> passedOver = new ArrayList<>();
    for (String mirror : connections.mirrorsOf(repository)) {
      try {
        Optional<T> answer =
            question.ask(
                connections.mirror(mirror, repository),
                deadline.atMost(deadline.remaining().dividedBy(2)));
        if (answer.isPresent()) {
          return answer;
        }
      } catch (ProblemException e) {
        passedOver.add(e);
      }
    }
    try {
      return question.ask(connections.origin(repository), deadline);
    } catch (ProblemException e) {
      passedOver.forEach(e::addSuppressed);
      throw e;
    }
  }

  private static FetchedManifest manifest(Reply reply) throws ProblemException {
    String mediaType = reply.mediaType();
    if (!mediaType.isEmpty() && !reply.isJson()) {
      throw wrongType(reply);
    }
    byte[] body = reply.body().bytes();
    Optional<Digest> stated =
        reply.headers().firstValue("Docker-Content-Digest").flatMap(Digest::parse);
    if (stated.isPresent() && !stated.get().equals(Digest.of(body))) {
      throw new ProblemException(
          Reason.REGISTRY_MISBEHAVED,
          "the registry states " + stated.get() + " but sends " + Digest.of(body));
    }
    // Plain application/json says that it is JSON, not which of the two kinds.
    return new FetchedManifest(mediaType.equals("application/json") ? "" : mediaType, body);
  }

  private static BlobStream stream(Reply reply) throws ProblemException {
    if (!reply.isPage() && reply.body() instanceof Body.Arriving(BodyStream stream)) {
      return stream;
    }
    reply.body().abandon();
    throw wrongType(reply);
  }

  private static ProblemException wrongType(Reply reply) {
    return new ProblemException(
        Reason.REGISTRY_MISBEHAVED,
        Failures.describe(reply.uri()) + " has content type " + Untrusted.quote(reply.mediaType()));
  }
}
