using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Audit;

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> table)
    {
        table.ToTable("audit_entries");
        table.Property(entry => entry.Id).ValueGeneratedNever();
        table.HasIndex(entry => entry.Subject);
    }
}
