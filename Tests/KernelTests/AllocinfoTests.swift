import Kernel
import Profiles
import Testing

struct AllocinfoTests {
  /// Lines in the form of Documentation/filesystems/proc.rst, as versions 1 and 2 of the file have them.
  private static let lines = """
    #     <size>  <calls> <tag info>
               0        0 init/main.c:1352 func:do_initcalls
      127664128    31168 mm/page_ext.c:270 func:alloc_page_ext
       56373248     4737 mm/slub.c:2259 func:alloc_slab_page
          11328       16 fs/ext4/super.c:1408 [ext4] func:ext4_alloc_inode
    """

  @Test("Both versions give the live objects of each call site by file and line", arguments: ["1.0", "2.0"])
  func versions(version: String) throws {
    var text = "allocinfo - version: \(version)\n\(AllocinfoTests.lines)\n"
    if version == "2.0" { text += "        4096        1 kernel/fork.c:311 func:alloc_thread_stack_node accurate:no\n" }
    let allocinfo = try Allocinfo(text, name: "host")
    let profile = allocinfo.profile
    let sites = profile.contexts.map(\.site)
    #expect(sites.prefix(1) == ["alloc_page_ext mm/page_ext.c:270"])
    #expect(sites.contains("ext4_alloc_inode fs/ext4/super.c:1408 [ext4]"))
    #expect(allocinfo.inaccurateSites == (version == "2.0" ? 1 : 0))
    #expect(sites.count == (version == "2.0" ? 4 : 3))
    let inodes = try #require(zip(profile.contexts, profile.figures).first { $0.0.site.hasPrefix("ext4") })
    #expect(inodes.1.liveObjects == 16 && inodes.1.liveBytes == 11328 && inodes.1.allocObjects == 16)
    #expect(inodes.0.allocatedBytes == 708 && inodes.1.freeObjects == 0)
    #expect(profile.sources == [ProfileSource(name: "host", events: 0, microseconds: 0)])
    #expect(Allocinfo.isAllocinfo(Array(text.utf8)))
  }

  @Test("The profile can be written to a file and read again")
  func file() throws {
    let profile = try Allocinfo("allocinfo - version: 1.0\n\(AllocinfoTests.lines)\n", name: "host").profile
    let read = try AllocationProfile(fileContents: profile.fileContents(name: "x"), name: "x")
    #expect(read == profile)
  }

  @Test(
    "Errors name the line and what was expected",
    arguments: [
      ("allocinfo - version: 3.0\n", 1), ("slabinfo - version: 2.1\n", 1),
      ("allocinfo - version: 1.0\n# size\n 12 x mm/slub.c:1 func:f\n", 3),
      ("allocinfo - version: 1.0\n 12 1 mm/slub.c func:f\n", 2), ("allocinfo - version: 1.0\n 12 1 mm/slub.c:1\n", 2),
      ("allocinfo - version: 1.0\n 9223372036854775807 1 mm/slub.c:1 func:f\n", 2),
    ])
  func errors(text: String, line: Int) {
    let error = #expect(throws: Allocinfo.Problem.self) { try Allocinfo(text, name: "x") }
    #expect(error?.line == line && error?.reason.hasPrefix("expected ") == true)
  }

  @Test("Counters whose sum is negative while they change are left out")
  func negativeCounts() throws {
    let text = "allocinfo - version: 1.0\n -64 -1 mm/a.c:1 func:f\n 0 3 mm/b.c:2 func:g\n"
    #expect(try Allocinfo(text, name: "x").profile.contexts.isEmpty)
  }

  @Test("A kernel without the file says how to get it")
  func missing() {
    let error = #expect(throws: HostReader.Failure.self) { try Allocinfo.read(from: "/nonexistent/allocinfo") }
    #expect(error?.description.contains("CONFIG_MEM_ALLOC_PROFILING") == true)
  }
}
