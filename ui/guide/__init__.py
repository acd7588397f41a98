"""The guide: what is told and shown to whoever learns the job, and the item to practise on."""
