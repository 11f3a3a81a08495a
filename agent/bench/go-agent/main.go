// SPDX-License-Identifier: Apache-2.0

// Go-agent does in Go what kernelgate does for one check, so that bench/peers can compare the two: it resolves a kernel
// image in a registry to the host's platform manifest, collects the Sigstore bundles of both digests, verifies them with
// sigstore-go against one identity, remembers what it found, and answers on a Unix socket who the kernel reports.
//
// It is no gate: it knows no legacy signatures, no policy, no cluster, no node's cache, keeps no evidence and bounds
// little. What it leaves out makes it cheaper, never dearer.
//
// usage: go-agent SOCKET TRUSTED_ROOT ISSUER IDENTITY REPOSITORY
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
)

// peerKey is under which a connection's peer is in its requests' contexts.
type peerKey struct{}

// answer is what a launcher is told.
type answer struct {
	Image   string `json:"image"`
	Verdict string `json:"verdict"`
	Digest  string `json:"digest,omitempty"`
	Message string `json:"message,omitempty"`
	status  int
}

// agent answers questions and remembers the answers.
type agent struct {
	gate       *gate
	mutex      sync.Mutex
	remembered map[string]answer
}

func (a *agent) decide(w http.ResponseWriter, r *http.Request) {
	image := r.URL.Query().Get("image")
	a.mutex.Lock()
	said, known := a.remembered[image]
	a.mutex.Unlock()
	if !known {
		said = a.check(r.Context(), image)
		a.mutex.Lock()
		a.remembered[image] = said
		a.mutex.Unlock()
	}
	peer, _ := r.Context().Value(peerKey{}).(*syscall.Ucred)
	slog.Info("decided", "image", image, "verdict", said.Verdict, "digest", said.Digest, "pid", peer.Pid, "uid", peer.Uid)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(said.status)
	_ = json.NewEncoder(w).Encode(said)
}

func (a *agent) check(ctx context.Context, image string) answer {
	digest, err := a.gate.verify(ctx, image)
	var refusal rejected
	switch {
	case err == nil:
		return answer{image, "trusted", digest, "", http.StatusOK}
	case errors.As(err, &refusal):
		return answer{image, "rejected", digest, err.Error(), http.StatusForbidden}
	default:
		return answer{image, "undetermined", digest, err.Error(), http.StatusServiceUnavailable}
	}
}

func (a *agent) forget(w http.ResponseWriter, _ *http.Request) {
	a.mutex.Lock()
	clear(a.remembered)
	a.mutex.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// withPeer notes who the kernel says has connected.
func withPeer(ctx context.Context, conn net.Conn) context.Context {
	peer := &syscall.Ucred{}
	if raw, err := conn.(*net.UnixConn).SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			if seen, err := syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
				peer = seen
			}
		})
	}
	return context.WithValue(ctx, peerKey{}, peer)
}

func serve(arguments []string) error {
	if len(arguments) != 5 {
		return errors.New("usage: go-agent SOCKET TRUSTED_ROOT ISSUER IDENTITY REPOSITORY")
	}
	gate, err := newGate(arguments[1], arguments[2], arguments[3], arguments[4])
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", arguments[0])
	if err != nil {
		return err
	}
	a := &agent{gate: gate, remembered: map[string]answer{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/decide", a.decide)
	mux.HandleFunc("/v1/forget", a.forget)
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return (&http.Server{Handler: mux, ConnContext: withPeer}).Serve(listener)
}

func main() {
	if err := serve(os.Args[1:]); err != nil {
		slog.Error("ended", "error", err)
		os.Exit(1)
	}
}
