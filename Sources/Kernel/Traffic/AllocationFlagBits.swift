#if BPF
  internal import CBPF

  /// Bits of gfp_t that select the kind of the general cache, in the layout of the BPF program `slab_traffic`.
  struct AllocationFlagBits: BitwiseCopyable {
    // The values of Linux 4.4 to 6.7, which are constants of the preprocessor there.
    private(set) var dma: UInt32 = 1
    private(set) var reclaimable: UInt32 = 1 << 4
    private(set) var accounted: UInt32 = 1 << 22

    /// The bits of the running kernel; nil if its types cannot be read.
    static var ofRunningKernel: AllocationFlagBits? {
      guard let types = btf__load_vmlinux_btf() else { return nil }
      defer { btf__free(types) }
      return AllocationFlagBits(types)
    }

    /// Reads the bits from the types of a kernel: since Linux 6.8 an enumeration without a name numbers them
    /// (include/linux/gfp_types.h).
    /// - Complexity: O(types of the kernel), a few milliseconds.
    init(_ types: OpaquePointer) {
      for number in 1..<btf__type_cnt(types) {
        guard let type = btf__type_by_id(types, number), type.pointee.name_off == 0,
          type.pointee.info >> 24 & 0x1f == UInt32(BTF_KIND_ENUM)
        else { continue }
        let count = Int(type.pointee.info & 0xffff)
        // The enumerators follow the type in memory (Documentation/bpf/btf.rst).
        let members = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_enum.self)
        var bits: [String: UInt32] = [:]
        for member in UnsafeBufferPointer(start: members, count: count) where (0..<32).contains(member.val) {
          guard let name = btf__name_by_offset(types, member.name_off) else { continue }
          bits[String(cString: name)] = 1 << UInt32(member.val)
        }
        guard let accounted = bits["___GFP_ACCOUNT_BIT"] else { continue }
        self.accounted = accounted
        dma = bits["___GFP_DMA_BIT"] ?? dma
        reclaimable = bits["___GFP_RECLAIMABLE_BIT"] ?? reclaimable
        return
      }
    }
  }
#endif
