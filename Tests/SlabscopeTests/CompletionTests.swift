import ArgumentParser
import Foundation
import Testing

@testable import slabscope

/// What shells offer to complete words. `.ci/completions` completes in real shells.
struct CompletionTests {
  @Test func filesAreThoseWithAnExtensionAndFoldersEndWithASlash() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slabscope-completion-\(UUID())")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("traces"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["b.slabtrace", "a.slabtrace", "a.txt", ".hidden.slabtrace", "traces/c.slabtrace"] {
      try Data().write(to: folder.appendingPathComponent(name))
    }
    func files(_ prefix: String) -> [String] {
      CompletionWords.files(beginning: folder.path + "/" + prefix, extensions: ["slabtrace"])
        .map { String($0.dropFirst(folder.path.count + 1)) }
    }
    #expect(files("") == ["a.slabtrace", "b.slabtrace", "traces/"])
    #expect(files("a") == ["a.slabtrace"])
    #expect(files(".h") == [".hidden.slabtrace"])
    #expect(files("traces/") == ["traces/c.slabtrace"])
    #expect(files("missing/") == [])
  }

  @Test func listIsContinuedWithTheNamesThatItDoesNotHold() {
    let names = ["name", "active", "use"]
    #expect(CompletionWords.continuing(list: "", with: names) == names)
    #expect(CompletionWords.continuing(list: "name,a", with: names) == ["name,active"])
    #expect(CompletionWords.continuing(list: "name,", with: names) == ["name,active", "name,use"])
    #expect(CompletionWords.continuing(list: "x", with: names) == [])
  }

  @Test func cachesOfTheKernelAreListedWithoutTheNamesOfMergedCaches() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slabscope-caches-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["task_struct", ":0000064", "dentry"] { try Data().write(to: folder.appendingPathComponent(name)) }
    #expect(CompletionWords.kernelCaches(folder: folder.path) == ["dentry", "task_struct"])
    #expect(CompletionWords.kernelCaches(folder: folder.path + "/missing") == [])
  }

  @Test(arguments: [CompletionShell.bash, .zsh, .fish])
  func scriptHasEveryPlaceThatIsChanged(shell: CompletionShell) {
    let script = Slabscope.completionScript(for: shell)
    let edits = CompletionScript.edits(of: script)
    #expect(!edits.isEmpty)
    for edit in edits { #expect(script.ranges(of: edit.anchor).count == 1, "\(edit.anchor)") }
    #expect(CompletionScript.completed(script).contains("Without a subcommand"))
  }

  @Test func otherTextsStayAsTheyAre() {
    #expect(CompletionScript.completed("slabscope 1.0") == "slabscope 1.0")
  }
}
