// SPDX-License-Identifier: Apache-2.0

// Ask asks the kernelgate agent whether a kernel may boot.
//
// usage: ask IMAGE [SOCKET [SERVER_UID]]
//
// Exit status: 0 boot the printed digest, 1 rejected, anything else: do not boot either.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

// dial connects to the agent, and only to a server of the right user.
func dial(ctx context.Context, path string, serverUID uint32) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err == nil {
		var server *syscall.Ucred
		var optErr error
		err = raw.Control(func(fd uintptr) {
			server, optErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
		})
		if err == nil {
			err = optErr
		}
		if err == nil && server.Uid != serverUID {
			err = fmt.Errorf("the server runs as uid %d", server.Uid)
		}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// only returns the value of a field that is there exactly once, else "".
func only(answer *http.Response, field string) string {
	if values := answer.Header.Values(field); len(values) == 1 {
		return values[0]
	}
	return ""
}

func ask(image, path string, serverUID uint32) (int, error) {
	client := http.Client{
		Timeout: 2 * time.Second, // for everything, the body included
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dial(ctx, path, serverUID)
		}},
	}
	question, err := json.Marshal(map[string]any{"image": image, "deadlineMillis": 1800})
	if err != nil {
		return 2, err
	}
	answer, err := client.Post("http://kernelgate/v1/decide", "application/json", bytes.NewReader(question))
	if err != nil {
		return 2, err
	}
	defer answer.Body.Close()
	if answer.ContentLength < 0 || answer.ContentLength > 65536 {
		return 2, fmt.Errorf("the answer has no length, or too much of it")
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return 2, err // it broke off
	}
	boot, verdict, digest := only(answer, "Kernelgate-Boot"), only(answer, "Kernelgate-Verdict"), only(answer, "Kernelgate-Digest")
	audited := verdict == "rejected" || verdict == "undetermined" // may boot in audit mode
	switch {
	case answer.StatusCode == 200 && boot == "true" && (audited || verdict == "trusted" && digest != ""):
		fmt.Println(digest)
		return 0, nil
	case answer.StatusCode == 403 && boot == "false" && verdict == "rejected":
		return 1, fmt.Errorf("rejected: %s", only(answer, "Kernelgate-Reason"))
	}
	return 2, fmt.Errorf("%s %s %s", answer.Status, verdict, only(answer, "Kernelgate-Reason"))
}

func main() {
	path, serverUID := "/run/kernelgate/kernelgate.sock", uint64(0)
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: ask IMAGE [SOCKET [SERVER_UID]]")
		os.Exit(64)
	}
	if len(os.Args) > 2 {
		path = os.Args[2]
	}
	if len(os.Args) > 3 {
		var err error
		if serverUID, err = strconv.ParseUint(os.Args[3], 10, 32); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(64)
		}
	}
	status, err := ask(os.Args[1], path, uint32(serverUID))
	if err != nil {
		fmt.Fprintln(os.Stderr, "do not boot:", err)
	}
	os.Exit(status)
}
