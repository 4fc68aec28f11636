#if BPF
  internal import CBPF
  import Glibc
#endif

/// Reader of the number of bytes in use in the data buffer of each packet, each time the packet passes a device, is
/// consumed or is dropped. A BPF program (Program/skb_use.bpf.c) reports them; it is unloaded when the reader is destroyed.
///
/// Only one thread at a time may use a reader.
final class BufferUseReader {
  #if BPF
    private let object: BPFObject
    private let lost: BPFMap
    private var ring: OpaquePointer?
    private let sink = Sink()

    /// Buffer for the reports that libbpf delivers in a call.
    private final class Sink {
      var reports: [BufferUseReport] = []
    }

    /// Loads the program.
    /// - Parameter bufferBytes: Size of the ring buffer, which all CPUs share: a power of two, at least a page.
    /// - Throws: `BufferUseError`.
    init(bufferBytes: Int) throws(BufferUseError) {
      guard BPFObject.kernelHasTypes else { throw .noTypes }
      do {
        object = try BPFObject(PackageResources.skb_use_bpf_o)
        try object.setEntries(of: "uses", to: bufferBytes)
        try object.load()
      } catch {
        throw BufferUseError(error)
      }
      lost = BPFMap("lost", of: object, valueBytes: 8)
      ring = ring_buffer__new(
        object.map("uses"), { context, data, count in BufferUseReader.addReport(context, data, count) },
        Unmanaged.passUnretained(sink).toOpaque(), nil)
      guard ring != nil else {
        throw BufferUseError(BPFObject.Failure(step: "map the ring buffer of", code: errno))
      }
    }

    deinit {
      object.detach()
      if let ring { ring_buffer__free(ring) }
    }

    /// Attaches the program to the tracepoints that the kernel has.
    /// - Throws: `BufferUseError`, unless at least one tracepoint at which packets end was attached.
    func start() throws(BufferUseError) {
      var failure: BPFObject.Failure?
      var ends = 0
      for name in ["consume_skb", "kfree_skb", "net_dev_queue", "netif_receive_skb"] {
        do {
          try object.attach(name)
          if name.hasSuffix("_skb"), !name.hasPrefix("netif") { ends += 1 }
        } catch {
          failure = error
        }
      }
      guard ends == 0, let failure else { return }
      throw failure.code == ENOENT ? .noTracepoints : BufferUseError(failure)
    }

    /// Detaches the program. Earlier reports can still be read.
    func stop() { object.detach() }

    /// Adds all reports in the ring buffer to a stream.
    func readAll(into stream: inout KernelStream) throws(BufferUseError) {
      // The time is taken before the read, so that all later reports are younger.
      let now = CPUBuffers.now()
      let count = ring_buffer__consume(ring)
      guard count >= 0 else {
        throw BufferUseError(BPFObject.Failure(step: "read the ring buffer of", code: -count))
      }
      for report in sink.reports { stream.add(report) }
      sink.reports.removeAll(keepingCapacity: true)
      stream.noteReportsRead(upTo: now)
    }

    /// Number of reports that were lost because the ring buffer was full.
    var lostReports: Int {
      var words: [UInt64] = []
      return lost.read(0, into: &words) ? Int(clamping: words[0]) : 0
    }

    private static func addReport(
      _ context: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int32 {
      guard let context, let report = BufferUseReport(UnsafeRawBufferPointer(start: data, count: count)) else {
        return 0
      }
      Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().reports.append(report)
      return 0
    }
  #else
    /// - Throws: `BufferUseError.notBuiltIn`.
    init(bufferBytes: Int) throws(BufferUseError) { throw .notBuiltIn }
    func start() throws(BufferUseError) {}
    func stop() {}
    func readAll(into stream: inout KernelStream) throws(BufferUseError) {}
    var lostReports: Int { 0 }
  #endif
}

#if BPF
  extension BufferUseError {
    /// The error of a step of loading or reading the program.
    fileprivate init(_ failure: BPFObject.Failure) {
      self = failure.isPermission ? .notPermitted : .refused(step: failure.step, reason: failure.reason)
    }
  }
#endif
