// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	index    = "application/vnd.oci.image.index.v1+json"
	manifest = "application/vnd.oci.image.manifest.v1+json"
	maxBytes = 4 << 20
)

// descriptor is what an index or a manifest says about other content.
type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Platform  struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
	} `json:"platform"`
}

// document is an index or a manifest.
type document struct {
	Manifests []descriptor `json:"manifests"`
	Layers    []descriptor `json:"layers"`
}

// repository is one in a registry.
type repository struct{ url string }

func repositoryOf(image string) (repository, string, error) {
	host, rest, _ := strings.Cut(image, "/")
	name, tag, found := strings.Cut(rest, ":")
	if !found {
		return repository{}, "", rejected{"not host/name:tag"}
	}
	return repository{"https://" + host + "/v2/" + name}, tag, nil
}

// resolve returns the digests that a signature may be of: of the index, if there is one, and last of the manifest.
func (r repository) resolve(ctx context.Context, tag, architecture string) ([]string, error) {
	content, top, err := r.document(ctx, "/manifests/"+tag)
	if err != nil {
		return nil, err
	}
	if len(top.Manifests) == 0 {
		return []string{digestOf(content)}, nil
	}
	for _, one := range top.Manifests {
		if one.Platform.OS == "linux" && one.Platform.Architecture == architecture {
			if _, _, err := r.document(ctx, "/manifests/"+one.Digest); err != nil {
				return nil, err
			}
			return []string{digestOf(content), one.Digest}, nil
		}
	}
	return nil, rejected{"no manifest for this architecture"}
}

// attached returns what refers to a digest, by the referrers API or by the tag that stands in for it.
func (r repository) attached(ctx context.Context, digest string) ([]descriptor, error) {
	for _, place := range []string{"/referrers/" + digest, "/manifests/" + strings.Replace(digest, ":", "-", 1)} {
		if content, err := r.get(ctx, place); err != nil {
			return nil, err
		} else if content != nil {
			var list document
			err := json.Unmarshal(content, &list)
			return list.Manifests, err
		}
	}
	return nil, nil
}

// bundle returns the content of the first layer of what refers to an image.
func (r repository) bundle(ctx context.Context, referrer descriptor) ([]byte, error) {
	_, one, err := r.document(ctx, "/manifests/"+referrer.Digest)
	if err != nil || len(one.Layers) == 0 {
		return nil, err
	}
	return r.get(ctx, "/blobs/"+one.Layers[0].Digest)
}

func (r repository) document(ctx context.Context, path string) ([]byte, document, error) {
	var read document
	content, err := r.get(ctx, path)
	if err == nil && content == nil {
		err = rejected{"there is no " + path}
	}
	if err == nil {
		err = json.Unmarshal(content, &read)
	}
	return content, read, err
}

// get returns the content at a path, nil where there is none. Content that is named by its digest has it.
func (r repository) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", index+", "+manifest)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxBytes))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusNotFound:
		return nil, nil
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	named := path[strings.LastIndex(path, "/")+1:]
	if !strings.HasPrefix(path, "/referrers/") && strings.HasPrefix(named, "sha256:") && digestOf(content) != named {
		return nil, fmt.Errorf("%s: another content", path)
	}
	return content, nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}
