#if BPF
  internal import CBPF
  import Glibc

  /// BPF programs and maps of a compiled object. They are detached and unloaded when the object is destroyed; the kernel does the
  /// same if the process dies.
  final class BPFObject {
    /// Error of a step of libbpf or of the kernel.
    struct Failure: Error {
      /// Verb of a sentence: "refused to load the BPF program".
      let step: String
      /// Error number.
      let code: Int32

      /// Whether the process lacks a permission. Otherwise the kernel refuses the program.
      var isPermission: Bool { BPFPermissions.areMissing(code) }
      /// Text of the error number.
      var reason: String { BPFPermissions.reason(code) }
    }

    private let object: OpaquePointer
    /// Attached programs, in the order of attachment.
    private var links: [(program: String, link: OpaquePointer)] = []

    /// Opens a compiled object without loading it. The messages of libbpf are turned off.
    init(_ compiled: [UInt8]) throws(Failure) {
      libbpf_set_print(nil)
      let opened = compiled.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, nil) }
      guard let opened else { throw Failure(step: "open", code: errno) }
      object = opened
    }

    deinit {
      detach()
      bpf_object__close(object)
    }

    /// Whether the kernel has type information, which programs need to find the fields of structures.
    static var kernelHasTypes: Bool { KernelFile.exists("/sys/kernel/btf/vmlinux") }

    /// Sets the number of entries of a map, before loading.
    func setEntries(of map: String, to count: Int) throws(Failure) {
      let code = bpf_map__set_max_entries(bpf_object__find_map_by_name(object, map), UInt32(clamping: count))
      guard code == 0 else { throw Failure(step: "configure", code: -code) }
    }

    /// Sets the contents of a map of global variables, such as `.rodata`, before loading.
    func setInitialValue<Value: BitwiseCopyable>(of map: String, to value: Value) throws(Failure) {
      var value = value
      let code = bpf_map__set_initial_value(
        bpf_object__find_map_by_name(object, map), &value, MemoryLayout<Value>.size)
      guard code == 0 else { throw Failure(step: "configure", code: -code) }
    }

    /// Loads the programs and maps into the kernel.
    func load() throws(Failure) {
      let code = bpf_object__load(object)
      guard code == 0 else { throw Failure(step: "load", code: -code) }
    }

    /// Returns the file descriptor of a map.
    func map(_ name: String) -> Int32 { bpf_map__fd(bpf_object__find_map_by_name(object, name)) }

    /// Returns the file descriptor of a program.
    func program(_ name: String) -> Int32 { bpf_program__fd(bpf_object__find_program_by_name(object, name)) }

    /// Attaches a program to the tracepoint or the iterator that its section names.
    func attach(_ name: String) throws(Failure) {
      guard let link = bpf_program__attach(bpf_object__find_program_by_name(object, name)) else {
        throw Failure(step: "attach", code: errno)
      }
      links.append((name, link))
    }

    /// Starts a run of an attached iterator, and returns the file descriptor to read from.
    func iterator(_ name: String) throws(Failure) -> Int32 {
      let link = links.first { $0.program == name }?.link
      let iterator = bpf_iter_create(bpf_link__fd(link))
      guard iterator >= 0 else { throw Failure(step: "run", code: errno) }
      return iterator
    }

    /// Detaches all programs, the last attached first.
    func detach() {
      while let last = links.popLast() { bpf_link__destroy(last.link) }
    }
  }
#endif
