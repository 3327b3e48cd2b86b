using Budgeting.Core.Evaluation;
using Budgeting.Core.People;
using Budgeting.Core.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Budgeting.Core.Proposals;

internal sealed class ProposalMapping : IEntityTypeConfiguration<Proposal>
{
    public void Configure(EntityTypeBuilder<Proposal> table)
    {
        table.ToTable("proposals", check => check.HasCheckConstraint("ck_proposals_hidden_for", "(hidden_at IS NULL) = (hidden_for IS NULL)"));
        table.HasIndex(proposal => new { proposal.AuthorId, proposal.Writing }).IsUnique();
        table.HasIndex(proposal => proposal.RoundId);
        table.HasIndex(proposal => proposal.HeadingId);
        table.HasOne<Round>().WithMany().HasForeignKey(proposal => proposal.RoundId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Heading>().WithMany().HasForeignKey(proposal => proposal.HeadingId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(proposal => proposal.AuthorId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne(proposal => proposal.Answer).WithOne().HasForeignKey<Answer>(answer => answer.ProposalId).OnDelete(DeleteBehavior.Restrict);
        table.Navigation(proposal => proposal.Answer).AutoInclude();
    }
}
