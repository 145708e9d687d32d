// Generates the Go types of the stages' contract.
//
//	go run ./generate ../../proto pipeline/v1/pipeline.proto
//
// The contract stays where it is, and says nothing of Go. It is compiled here,
// so that no protoc is needed, and the two generators of Go's own plugins run as
// tools of this module.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// importPath is what the generated package is called, and folder where it is.
const (
	importPath = "denizen/stages/generated/pipelinev1"
	folder     = "generated/pipelinev1"
)

// tools turn a contract into Go; go.mod pins them.
var tools = []string{"protoc-gen-go", "protoc-gen-go-grpc"}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./generate FOLDER FILE")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintf(os.Stderr, "Cannot generate the types of %s: %v\n", os.Args[2], err)
		os.Exit(1)
	}
}

func generate(root, contract string) error {
	compiler := protocompile.Compiler{
		Resolver:       &protocompile.SourceResolver{ImportPaths: []string{root}},
		SourceInfoMode: protocompile.SourceInfoStandard, // for the comments
	}
	files, err := compiler.Compile(context.Background(), contract)
	if err != nil {
		return err
	}
	parameter := fmt.Sprintf("M%s=%s,paths=import,module=%s", contract, importPath, importPath)
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{contract},
		Parameter:      &parameter,
		ProtoFile:      []*descriptorpb.FileDescriptorProto{protoutil.ProtoFromFileDescriptor(files[0])},
	}
	encoded, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for _, tool := range tools {
		if err := run(tool, encoded); err != nil {
			return fmt.Errorf("%s: %w", tool, err)
		}
	}
	return nil
}

// run has a tool write its files.
func run(tool string, request []byte) error {
	command := exec.Command("go", "tool", tool)
	command.Stdin = bytes.NewReader(request)
	command.Stderr = os.Stderr
	encoded, err := command.Output()
	if err != nil {
		return err
	}
	response := &pluginpb.CodeGeneratorResponse{}
	if err := proto.Unmarshal(encoded, response); err != nil {
		return err
	}
	if response.Error != nil {
		return errors.New(*response.Error)
	}
	for _, file := range response.File {
		path := filepath.Join(folder, filepath.Base(file.GetName()))
		if err := os.WriteFile(path, []byte(file.GetContent()), 0o666); err != nil {
			return err
		}
	}
	return nil
}
