import Testing

@testable import slabscope

@Suite struct VersionTests {
  @Test func versionNamesNumberCommitAndTraits() {
    let traits = /with(out)? data capture, with(out)? BPF, with(out)? HTTP/
    let start = #/slabscope \d+\.\d+\.\d+ \(commit (unknown|[0-9a-f]+\+?), /#
    let text = Version.description
    #expect(text.prefixMatch(of: start) != nil && text.firstMatch(of: traits) != nil && text.hasSuffix(")"))
  }

  @Test func argumentsAreThoseOfTheProcess() {
    #expect(ProcessArguments.all == CommandLine.arguments)
  }
}
