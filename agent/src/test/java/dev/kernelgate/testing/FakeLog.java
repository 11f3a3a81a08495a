// SPDX-License-Identifier: Apache-2.0
package dev.kernelgate.testing;

import static dev.kernelgate.testing.FakeCrypto.base64;
import static dev.kernelgate.testing.FakeCrypto.hex;
import static dev.kernelgate.testing.FakeCrypto.newKey;
import static dev.kernelgate.testing.FakeCrypto.sha256;
import static dev.kernelgate.testing.FakeCrypto.sign;
import static dev.kernelgate.testing.FakeCrypto.utf8;

import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A transparency log like Rekor: a Merkle tree with signed checkpoints, and, for version 1, a
 * signature over each entry with its time.
 */
public final class FakeLog {

  /** Entries of version 1 are counted over all shards, so their two indexes differ. */
  private static final long OLDER_SHARDS = 148_000_000;

  private final String host;
  private final boolean isTimed;
  private final KeyPair key;
  private final byte[] id;
  private int before = 5;
  private int after = 3;

  private FakeLog(String host, boolean isTimed, KeyPair key) {
    this.host = host;
    this.isTimed = isTimed;
    this.key = key;
    this.id = sha256(key.getPublic().getEncoded());
  }

  /**
   * One logged entry, with everything a bundle repeats.
   *
   * @param logIndex as the log counts
   * @param treeIndex as the inclusion proof counts
   * @param hashes the inclusion proof
   */
  public record Entry(
      byte[] body,
      byte[] logId,
      Instant integratedTime,
      long logIndex,
      Optional<byte[]> signedEntryTimestamp,
      long treeIndex,
      long treeSize,
      List<byte[]> hashes,
      byte[] rootHash,
      String checkpoint) {}

  /** A Rekor v1 log. */
  public static FakeLog rekorV1(String host) {
    return new FakeLog(host, true, newKey("P-256"));
  }

  /** A Rekor v2 log, with an Ed25519 key as the public one has. */
  public static FakeLog rekorV2(String host) {
    return new FakeLog(host, false, newKey("Ed25519"));
  }

  /** Puts the next entry between so many others. */
  public FakeLog among(int older, int newer) {
    before = older;
    after = newer;
    return this;
  }

  public String host() {
    return host;
  }

  public boolean isTimed() {
    return isTimed;
  }

  public PublicKey publicKey() {
    return key.getPublic();
  }

  public byte[] id() {
    return id.clone();
  }

  /** Takes an entry in. */
  public Entry append(byte[] body, Instant time) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < before + 1 + after; i++) {
      leaves.add(leafHash(i == before ? body : utf8("entry " + i)));
    }
    byte[] root = rootOf(leaves);
    long logIndex = isTimed ? OLDER_SHARDS + before : before;
    return new Entry(
        body,
        id(),
        isTimed ? time : Instant.EPOCH,
        logIndex,
        isTimed ? Optional.of(signEntry(body, time, logIndex, id)) : Optional.empty(),
        before,
        leaves.size(),
        path(leaves, before),
        root,
        checkpoint(leaves.size(), root));
  }

  /** What Rekor v1 calls the signed entry timestamp: over canonical JSON (RFC 8785). */
  public byte[] signEntry(byte[] body, Instant time, long logIndex, byte[] logId) {
    return sign(
        key.getPrivate(),
        utf8(
            "{\"body\":\"%s\",\"integratedTime\":%d,\"logID\":\"%s\",\"logIndex\":%d}"
                .formatted(base64(body), time.getEpochSecond(), hex(logId), logIndex)));
  }

  /** A signed tree head (C2SP, signed-note and tlog-checkpoint). */
  public String checkpoint(long size, byte[] root) {
    String note = host + "\n" + size + "\n" + base64(root) + "\n";
    byte[] signature = sign(key.getPrivate(), utf8(note));
    byte[] hinted = ByteBuffer.allocate(4 + signature.length).put(id, 0, 4).put(signature).array();
    return note + "\n\u2014 " + host + " " + base64(hinted) + "\n";
  }

  /** RFC 6962, section 2.1.1. */
  private static List<byte[]> path(List<byte[]> leaves, int index) {
    if (leaves.size() == 1) {
      return List.of();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> left = leaves.subList(0, split);
    List<byte[]> right = leaves.subList(split, leaves.size());
    List<byte[]> path =
        new ArrayList<>(index < split ? path(left, index) : path(right, index - split));
    path.add(rootOf(index < split ? right : left));
    return path;
  }

  private static byte[] rootOf(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    byte[] left = rootOf(leaves.subList(0, split));
    byte[] right = rootOf(leaves.subList(split, leaves.size()));
    return sha256(new byte[] {1}, left, right);
  }

  private static byte[] leafHash(byte[] body) {
    return sha256(new byte[] {0}, Arrays.copyOf(body, body.length));
  }
}
