import Testing

@testable import TextOutput

@Suite struct PathTests {
  @Test(arguments: [
    ("/a/b.c", "b.c", "/a"), ("b.c", "b.c", ""), ("a/b/", "b", "a"), ("/", "/", "/"), ("", "", ""), ("/b", "b", "/"),
    ("./b", "b", "."),
  ])
  func pathHasAFolderAndAName(path: String, name: String, folder: String) {
    #expect(path.lastPathComponent == name && path.deletingLastPathComponent == folder)
  }

  @Test(arguments: [
    ("/a/b.slabtrace", "slabtrace", "/a/b"), ("a.b/c", "", "a.b/c"), (".bashrc", "", ".bashrc"),
    ("a.tar.gz", "gz", "a.tar"),
  ])
  func nameMayHaveAnExtension(path: String, suffix: String, rest: String) {
    #expect(path.pathExtension == suffix && path.deletingPathExtension == rest)
  }

  @Test func componentIsAppended() {
    #expect("/a".appendingPathComponent("b") == "/a/b" && "/".appendingPathComponent("b") == "/b")
  }
}
