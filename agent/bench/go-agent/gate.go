// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

const signaturePredicate = "https://sigstore.dev/cosign/sign/v1"

// rejected says why an image may not boot; every other error leaves the question open.
type rejected struct{ reason string }

func (r rejected) Error() string { return r.reason }

// gate verifies images of one signer.
type gate struct {
	verifier   *verify.SignedEntityVerifier
	identity   verify.CertificateIdentity
	repository string
}

func newGate(trustedRoot, issuer, identity, repository string) (*gate, error) {
	trust, err := root.NewTrustedRootFromPath(trustedRoot)
	if err != nil {
		return nil, err
	}
	verifier, err := verify.NewSignedEntityVerifier(trust,
		verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1))
	if err != nil {
		return nil, err
	}
	signer, err := verify.NewShortCertificateIdentity(issuer, "", identity, "")
	if err != nil {
		return nil, err
	}
	return &gate{verifier, signer, repository}, nil
}

// verify returns the digest of the manifest that the host would boot, and nil if that manifest, or an index that lists it,
// is signed.
func (g *gate) verify(ctx context.Context, image string) (string, error) {
	images, tag, err := repositoryOf(image)
	if err != nil {
		return "", err
	}
	subjects, err := images.resolve(ctx, tag, runtime.GOARCH)
	if err != nil {
		return "", err
	}
	boots := subjects[len(subjects)-1]
	failure := rejected{"no signature found"}
	for _, subject := range subjects {
		candidates, err := images.attached(ctx, subject)
		if err != nil {
			return boots, err
		}
		for _, candidate := range candidates {
			content, err := images.bundle(ctx, candidate)
			if err != nil {
				return boots, err
			}
			err = g.verifyBundle(content, subject)
			if err == nil {
				return boots, nil
			}
			failure = rejected{err.Error()}
		}
	}
	return boots, failure
}

func (g *gate) verifyBundle(content []byte, subject string) error {
	var signed bundle.Bundle
	if err := signed.UnmarshalJSON(content); err != nil {
		return err
	}
	digest, err := hex.DecodeString(strings.TrimPrefix(subject, "sha256:"))
	if err != nil {
		return err
	}
	result, err := g.verifier.Verify(&signed,
		verify.NewPolicy(verify.WithArtifactDigest("sha256", digest), verify.WithCertificateIdentity(g.identity)))
	if err != nil {
		return err
	}
	if result.Statement == nil || result.Statement.PredicateType != signaturePredicate {
		return fmt.Errorf("an attestation is not a signature")
	}
	if found := result.Signature.Certificate.GithubWorkflowRepository; found != g.repository {
		return fmt.Errorf("signed in repository %q", found)
	}
	return nil
}
