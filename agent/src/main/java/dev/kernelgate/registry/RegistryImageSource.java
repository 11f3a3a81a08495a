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

  /** What is wanted of a reply. */
  @FunctionalInterface
  private interface Form<T> {
    T of(Reply reply) throws ProblemException;
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
        (location, until) ->
            get(
                location,
                Call.get(
                    location.endpoint("manifests", selector), ANY_MANIFEST, Limits.MANIFEST_BYTES),
                Reply::manifest,
                until));
  }

  @Override
  public Optional<byte[]> blob(
      Repository repository, Digest digest, int maxBytes, Deadline deadline)
      throws ProblemException {
    return blob(repository, digest, new Call.Taken.Whole(maxBytes), Reply::blob, deadline);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A mirror that fails midway is not passed over any more.
   */
  @Override
  public Optional<BlobStream> stream(Repository repository, Digest digest, Deadline deadline)
      throws ProblemException {
    return blob(repository, digest, new Call.Taken.Arriving(), Reply::stream, deadline);
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
            // Each page has to be what it says, before they are joined.
            page.get().manifest();
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

  private <T> Optional<T> blob(
      Repository repository, Digest digest, Call.Taken taken, Form<T> form, Deadline deadline)
      throws ProblemException {
    return first(
        repository,
        deadline,
        (location, until) ->
            get(
                location,
                Call.get(location.endpoint("blobs", digest.toString()), "*/*", taken),
                form,
                until));
  }

  private <T> Optional<T> get(Location location, Call call, Form<T> form, Deadline deadline)
      throws ProblemException {
    Optional<Reply> reply = caller.ask(location, call, answers::found, deadline);
    return reply.isEmpty() ? Optional.empty() : Optional.of(form.of(reply.get()));
  }
}
